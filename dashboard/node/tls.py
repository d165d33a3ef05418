"""TLS as DICOM profiles it: BCP 195 (PS3.15 B.12), 1.2 or newer, with a certificate on both sides."""

import ssl

from dashboard.node.configuration import InvalidConfiguration, Tls
from model.io.wording import reason

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2, those of BCP 195 (RFC 9325, 4.2): forward secret and authenticated; 1.3 has no others."""


def server_context(tls: Tls) -> ssl.SSLContext:
    """Return the context of a server that asks its clients for a certificate."""
    return _context(ssl.Purpose.CLIENT_AUTH, tls)


def client_context(tls: Tls) -> ssl.SSLContext:
    """Return the context of a client, which checks the server's name too."""
    return _context(ssl.Purpose.SERVER_AUTH, tls)


def _context(purpose: ssl.Purpose, tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(purpose, cafile=tls.authority)
        context.load_cert_chain(tls.certificate, tls.key)
    except OSError as problem:
        raise InvalidConfiguration(
            f"tls: expected certificate, key and authority as files in PEM that belong together; {reason(problem)} "
            f"({tls.certificate}, {tls.key}, {tls.authority})."
        ) from problem
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_ciphers(_CIPHERS)
    return context
