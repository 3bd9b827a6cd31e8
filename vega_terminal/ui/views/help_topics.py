"""The words of help for each screen and each part of one; `{GEN}` stands for the key that calls GEN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vega_terminal.ui.functions import Code


@dataclass(frozen=True, slots=True)
class Topic:
    """One piece of help: a heading, and a sentence or two each."""

    title: str
    text: tuple[str, ...]


OF_SCREEN: Final[Mapping[Code, Topic]] = MappingProxyType(
    {
        Code.LOGIN: Topic(
            "LOGIN: the access tokens and where the login stands",
            (
                (
                    "Above, the lifecycle: the marked state is the present one, the amber one comes next. "
                    "In the middle one line a slot: verdict, when it was generated, how long it still "
                    "lives, and what goes on or why it failed. Below, what you can do now, and everything "
                    "that happened."
                ),
                (
                    "In the morning: look whether all are VALID. If not, press {GEN}, look at the question, "
                    "press y. The browser signs in, or your phone asks you; you are called when a person is "
                    "needed. Then {DASH} opens the dashboard."
                ),
            ),
        ),
        Code.ACCT: Topic(
            "ACCT: who is logged in, and every slot in full",
            (
                (
                    "Opens with the first token. Enter on a slot shows its whole history, and a failure "
                    "with all its words. While PRIMARY is missing, this screen says what is still to "
                    "come."
                ),
            ),
        ),
        Code.DASH: Topic(
            "DASH: market and account",
            (
                (
                    "Opens when the broker itself confirmed PRIMARY, and closes when that ends: at 03:30 "
                    "IST, or when the broker refuses the token. Each panel carries the age of its data "
                    "and its own trouble; old data looks old. At night (00:00 to 05:30 IST) the broker "
                    "closes funds."
                ),
                (
                    "A panel has a number: type it on the command line (such as :5, Enter) and it has the "
                    "keys, also one that there is no room for. z shows it alone."
                ),
            ),
        ),
        Code.AUD: Topic(
            "AUD: the audit trail",
            (
                (
                    "Every step that matters, with who asked for it: sign-ins, tokens, verdicts, decisions. "
                    "Records are only ever added, and each carries a seal over the one before it. WHOLE "
                    "means that all of them were checked: none changed, none missing."
                ),
                (
                    "p checks again. The newest 500 are read; a reads all of them. e writes what is shown "
                    "to a new file and tells where."
                ),
            ),
        ),
        Code.LOG: Topic(
            "LOG: what the terminal said",
            (
                (
                    "The messages of this run, newest at the foot. o adds the lines of one more log file, "
                    "the newest file first. e writes what is shown to a new file and tells where. No token, "
                    "PIN or OTP is ever written here."
                ),
            ),
        ),
        Code.DOC: Topic(
            "DOC: is everything there that a login needs",
            (
                (
                    "Looks at settings, folders, database, key, browser, driver and the broker's clock. "
                    "● is fine, ! is worth knowing, ✕ stops a login, ? could not be found out; behind → "
                    "stands the cure. It signs nobody in and changes nothing. Leaving the screen ends the "
                    "examination."
                ),
            ),
        ),
        Code.PORT: Topic(
            "PORT: positions and holdings in full",
            (
                (
                    "Totals above two tables. Enter on a row opens its description. Positions end with the "
                    "trading day or their expiry; holdings are yours from day to day."
                ),
            ),
        ),
        Code.W: Topic(
            "W: your watchlist",
            (
                (
                    "Asked anew each second while you look. A price that changed is marked for a moment; "
                    "AGE fills when a quote is old. Which instruments stand here, and in which order, "
                    "is written in terminal.toml: THEME shows where that lies."
                ),
            ),
        ),
        Code.DES: Topic(
            "DES: one instrument in full",
            (
                (
                    "Price, ranges, limits of the day, the best bid and ask. Type another one in front of "
                    "the code, such as INFY DES. What is not listed by name opens by its instrument key, "
                    "such as NSE_EQ|INE467B01029."
                ),
            ),
        ),
        Code.OMON: Topic(
            "OMON: the option chain",
            (
                (
                    "Calls on the left, puts on the right, one strike a row; the strike at the money is "
                    "marked. [ and ] choose the expiry, m shows other columns (prices, greeks, open "
                    "interest), a goes back to the money. Left and right choose the half whose contract "
                    "Enter describes."
                ),
                "Type another underlying in front of the code, such as BANKNIFTY OMON.",
            ),
        ),
        Code.GP: Topic(
            "GP: the price over time",
            (
                (
                    "A line of closing prices. [ and ] choose a shorter or longer interval, from minutes "
                    "to days. Type another instrument in front of the code, such as INFY GP."
                ),
            ),
        ),
        Code.THEME: Topic(
            "THEME: looks and keys",
            (
                (
                    "Enter, or a number and GO, wears a look at once and keeps it. Below stand all "
                    "functions with their keys, ● before those that you chose yourself. The foot names the "
                    "file in which keys and watchlist are written."
                ),
            ),
        ),
    }
)
"""What a screen is for; F1 begins with it."""

OF_PART: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "TokenGrid": Topic(
            "The token grid",
            (
                (
                    "Up and down mark a slot, Enter tells everything about it. LEFT is the time until "
                    "03:30 IST. ▸ is at work, · waits for its turn, ‖ waits for a person at a CAPTCHA."
                ),
            ),
        ),
        "MessageList": Topic(
            "The messages",
            ("What happened, newest at the foot. Scroll up to read in peace; End follows again.",),
        ),
        "GoInput": Topic(
            "The command line",
            (
                (
                    "Type the code of a function and press Enter (GO), such as ACCT. Tab completes. A "
                    "number picks from the menu of the screen. Esc leaves the line."
                ),
            ),
        ),
        "RecordList": Topic(
            "The list",
            (
                (
                    "/ and words: only records with all of these words are shown; !word leaves out. Enter "
                    "keeps the filter, Esc clears it. After that n and N go from hit to hit among all "
                    "records. t and a time such as 09:15 jumps there. Enter shows a record in full."
                ),
            ),
        ),
        "OptionChainBoard": Topic(
            "The chain",
            ("Up and down choose a strike, left and right calls or puts, Enter describes the contract.",),
        ),
        "QuoteBoard": Topic(
            "The quotes",
            (
                (
                    "Up and down choose a row, Enter describes its instrument. ▲ rose and ▼ fell, each "
                    "beside its number. Dim numbers are old."
                ),
            ),
        ),
        "SortedPanel": Topic(
            "The table",
            (
                (
                    "s sorts by the next column, S turns the order. / filters by words, !word leaves out, "
                    "n and N go from row to row, Esc clears. Tab goes to the other table."
                ),
            ),
        ),
        "FindingList": Topic(
            "The findings",
            ("The arrow keys scroll where there is more than fits.",),
        ),
        "LookList": Topic(
            "The looks",
            ("Up and down mark a look, Enter or Space wears it.",),
        ),
    }
)
"""What a part of a screen is for, by the name of its widget."""
