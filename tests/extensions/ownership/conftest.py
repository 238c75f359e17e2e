"""The command line, and the console with a browser."""

from ...cli.conftest import run as run
from ...web.conftest import alert_home as alert_home
from ...web.conftest import office as office
from ...web.conftest import open_office as open_office
