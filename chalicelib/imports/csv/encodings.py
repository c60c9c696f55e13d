"""The encodings that `options.encoding` knows."""

from typing import Literal

EncodingName = Literal[
    "utf-8",
    "utf-16",
    "utf-32",
    "latin-1",
    "iso-8859-15",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1254",
    "mac-roman",
    "shift_jis",
    "gb18030",
    "iso-8859-2",
    "iso-8859-5",
    "koi8-r",
    "cp874",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp1257",
    "euc-kr",
    "big5",
]
