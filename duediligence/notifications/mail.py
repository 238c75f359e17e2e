"""E-mail, handed to a mail server over TLS and never in the clear."""

import re
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from duediligence.errors import DeliveryFailed, Hint, Invalid, Step
from duediligence.fetch.deadline import enforce_deadline, get_deadline
from duediligence.model import Message
from duediligence.settings import Settings

TIMEOUT = 30.0
DEADLINE = 180.0
_PORTS = {"starttls": 587, "tls": 465}
# Strict on purpose (RFC 5321 has quoted and non-ASCII forms): nothing here can end a header.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class _Server(smtplib.SMTP):
    """A mail server under the current deadline: it may drip its replies, or never end one."""

    def getreply(self) -> tuple[int, bytes]:
        get_deadline().guard(self.sock)
        return super().getreply()


class _TLSServer(_Server, smtplib.SMTP_SSL):
    pass


@dataclass(frozen=True, slots=True)
class Mail:
    """Sends each message to all recipients at once.

    `timeout` is for each step and `seconds` for everything, in seconds.
    """

    settings: Settings
    recipients: tuple[str, ...]
    timeout: float = TIMEOUT
    seconds: float = DEADLINE

    @property
    def name(self) -> str:
        return "mail"

    @classmethod
    def of(cls, settings: Settings) -> "Mail":
        """Raises UsageError for settings that are missing, or an address that is none."""
        recipients = tuple(a.strip() for a in settings.notify_mail_to.split(",") if a.strip())
        wanted = {
            "notify_mail_to": recipients,
            "notify_mail_from": settings.notify_mail_from,
            "smtp_host": settings.smtp_host,
        }
        if missing := [name for name, value in wanted.items() if not value]:
            raise Invalid(
                f"the digest cannot be sent by e-mail: {', '.join(missing)} is not set",
                field=missing[0],
                hint=Hint("To see what is set, and where: ", Step("show-settings")),
            )
        for name, text in (("smtp_host", settings.smtp_host), ("smtp_user", settings.smtp_user)):
            if not (text.isascii() and text.isprintable()):
                words = f"{name} holds characters that no mail server accepts"
                raise Invalid(words, field=name)
        if settings.smtp_port is not None and not 0 < settings.smtp_port < 65536:
            words = f"smtp_port must be 1 to 65535, not {settings.smtp_port}"
            raise Invalid(words, field="smtp_port")
        if settings.smtp_user and not settings.secret("smtp_password"):
            raise Invalid(
                "smtp_user is set, but no password for this server, port, user and security",
                field="smtp_user",
                hint="Set DUEDILIGENCE_SMTP_PASSWORD or smtp_password_file, or keep it in the "
                "keyring.",
            )
        for address in (*recipients, settings.notify_mail_from):
            if not _ADDRESS.fullmatch(address):
                raise Invalid(
                    f"{address!r} is not a usable e-mail address",
                    field="notify_mail_to" if address in recipients else "notify_mail_from",
                    hint="Write it as name@example.org; separate several with commas.",
                )
        return cls(settings, recipients)

    def deliver(self, message: Message) -> str:
        """Send it; names the recipients that the server refused while it took others.

        Raises DeliveryFailed where no recipient was taken or the connection ended before the
        server said so, and UsageError where the password cannot be used.
        """
        password = self.settings.secret("smtp_password") if self.settings.smtp_user else ""
        with (
            enforce_deadline(time.monotonic() + self.seconds),
            self._plain_errors(),
            self._connected() as server,
        ):
            if self.settings.smtp_user:
                server.login(self.settings.smtp_user, password)
            refused = server.sendmail(
                self.settings.notify_mail_from, self.recipients, self.written(message).as_bytes()
            )
        return f"the mail server refused {', '.join(sorted(refused))}" if refused else ""

    def written(self, message: Message) -> EmailMessage:
        """Return the e-mail. Its Message-ID follows from the key, so that a second copy is
        dropped.
        """
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = message.subject
        mail["From"] = self.settings.notify_mail_from
        mail["To"] = ", ".join(self.recipients)
        mail["Date"] = format_datetime(message.created_at)
        domain = self.settings.notify_mail_from.rpartition("@")[2]
        mail["Message-ID"] = f"<{message.key}@{domain}>"
        # RFC 3834: so that nobody's absence notice answers it.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text, cte="quoted-printable")
        return mail

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Provide a connection under TLS, the server's certificate and name verified."""
        host, security = self.settings.smtp_host, self.settings.smtp_security
        port = self.settings.smtp_port or _PORTS[security]
        context = ssl.create_default_context(cafile=self.settings.ca_file)
        # Until the first reply is waited for, the time left is a limit on connecting and on TLS.
        patience = min(self.timeout, max(get_deadline().left, 0.001))
        if security == "tls":
            server: _Server = _TLSServer(host, port, timeout=patience, context=context)
        else:
            server = _Server(host, port, timeout=patience)
        try:
            if security == "starttls":
                server.starttls(context=context)
            yield server
            # The message is taken: a server that says no goodbye must not make us send it again.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Provide what smtplib raises, in our words: the server's may hold anything, secrets
        included.
        """
        where, limit = f"the mail server {self.settings.smtp_host}", get_deadline()
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise DeliveryFailed(
                f"{where} does not have a certificate that this machine trusts",
                hint="Set smtp_host to the name in its certificate and, where your own authority "
                "issued that, ca_file to the authority's certificate.",
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryFailed(
                f"{where} refused the user name or the password ({error.smtp_code})",
                hint="Check smtp_user and smtp_password.",
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise DeliveryFailed(
                f"{where} offers no TLS or no log-in method that we support; nothing was sent",
                hint="Set smtp_security to tls, or ask whoever runs the server.",
            ) from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = ", ".join(sorted({str(code) for code, _ in error.recipients.values()}))
            raise DeliveryFailed(
                f"{where} refused every recipient ({codes})", hint="Check notify_mail_to."
            ) from None
        except smtplib.SMTPResponseException as error:
            raise DeliveryFailed(f"{where} refused the message ({error.smtp_code})") from None
        except (TimeoutError, smtplib.SMTPServerDisconnected):
            raise DeliveryFailed(f"{where} did not answer in full") from None
        except (OSError, smtplib.SMTPException) as error:
            if not limit.left:
                raise DeliveryFailed(f"{where} did not answer in full") from None
            # Of the system's errors the text is its own; the server's may hold anything.
            known = getattr(error, "strerror", None) or type(error).__name__
            raise DeliveryFailed(
                f"{where} could not be reached: {known}",
                hint="Check smtp_host, smtp_port and ca_file.",
            ) from error
