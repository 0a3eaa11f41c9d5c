"""Cookies of this host alone, which no script of a page reads."""

from aws_lambda_powertools.shared.cookies import Cookie, SameSite


def cookie_of_host(name: str, *, secure: bool) -> str:
    """The cookie's name. `__Host-` binds it to the host and to https, so the local engine's has another one."""
    return f"__Host-{name}" if secure else name


def host_cookie(name: str, value: str, seconds: int, *, secure: bool, same_site: SameSite) -> Cookie:
    """A cookie for so many seconds; a negative number removes it. `name` is that of `cookie_of_host`."""
    return Cookie(
        cookie_of_host(name, secure=secure),
        value,
        path="/",
        max_age=seconds,
        secure=secure,
        http_only=True,
        same_site=same_site,
    )
