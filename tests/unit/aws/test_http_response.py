"""Responses as they come from a socket, in whatever pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.aws.http_response import HttpResponse, ResponseIncomplete, ResponseReader

PLAIN = b"HTTP/1.1 200 OK\r\nX-Amzn-RequestId:  abc \r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1;a=b\r\n{\r\n00001\r\n}\r\n0\r\nX-Trailer: 1\r\n\r\n"
UNTIL_THE_END = b"HTTP/1.0 500 Internal Server Error\r\nServer: x\r\n\r\nsorry"
INFORMED = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + PLAIN
EMPTY = b"HTTP/1.1 400\r\nContent-Length: 0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\n{}"


def read_in_pieces(sent: bytes, sizes: list[int]) -> tuple[HttpResponse, bool]:
    """The first response of what is received in pieces of these sizes, then one byte at a time."""
    pieces = iter(sizes)
    left = sent

    def receive(most: int) -> bytes:
        nonlocal left
        size = min(next(pieces, 1), most)
        piece, left = left[:size], left[size:]
        return piece

    return ResponseReader(receive).read()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (PLAIN, (200, {"x-amzn-requestid": "abc", "content-length": "2"}, b"{}", True)),
        (CHUNKED, (200, {"transfer-encoding": "Chunked"}, b"{}", True)),
        (UNTIL_THE_END, (500, {"server": "x"}, b"sorry", False)),
        (INFORMED, (200, {"x-amzn-requestid": "abc", "content-length": "2"}, b"{}", True)),
        (EMPTY, (400, {"content-length": "0"}, b"", True)),
        (LAST, (200, {"connection": "Close", "content-length": "2"}, b"{}", False)),
    ],
)
@given(sizes=st.lists(st.integers(1, 300), max_size=20))
def test_a_response_is_read_whole_in_whatever_pieces_it_comes(
    sent: bytes, expected: tuple[int, dict[str, str], bytes, bool], sizes: list[int]
) -> None:
    response, is_kept = read_in_pieces(sent, sizes)
    assert (response.status_code, response.headers, response.content, is_kept) == expected
    assert {name: response.header(name.encode()) for name in response.headers} == {
        name: value.lower().encode() for name, value in response.headers.items()
    }


@given(st.sampled_from([PLAIN, CHUNKED, INFORMED, LAST]), st.data())
def test_a_response_that_breaks_off_is_incomplete(sent: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(sent) - 1))
    with pytest.raises(ResponseIncomplete):
        read_in_pieces(sent[:cut], [50])


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
    ],
)
def test_what_is_no_response_is_incomplete(sent: bytes) -> None:
    with pytest.raises(ResponseIncomplete):
        read_in_pieces(sent, [65_536] * 3)


def test_a_connection_with_something_after_the_response_is_not_kept() -> None:
    response, is_kept = read_in_pieces(PLAIN + b"HTTP/1.1", [200])
    assert response.content == b"{}"
    assert not is_kept


def test_the_next_response_of_a_connection_is_read_behind_the_first() -> None:
    sent = [PLAIN, LAST]
    reader = ResponseReader(lambda _: sent.pop(0))
    assert [reader.read()[1], reader.read()[1]] == [True, False]


def test_a_header_is_found_by_its_whole_name() -> None:
    response = HttpResponse(b"HTTP/1.1 200 OK\r\nX-Length: 1\r\nLength-X: 2")
    assert response.header(b"length") is None
    assert response.header(b"length-x") == b"2"
