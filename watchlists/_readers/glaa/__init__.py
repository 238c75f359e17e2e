"""The register of gangmasters' licences."""
