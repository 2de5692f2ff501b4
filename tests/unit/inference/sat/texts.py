"""Texts of many scripts and shapes."""

from hypothesis import strategies as st

TEXTS = (
    "The court agreed. It was late.",
    "Mr. Smith v. Jones, 5 U.S.C. § 12(b), was decided in 1994.\nHe said “No.”  She left!",
    "the tenant shall pay the rent on the first day\nand the landlord\r\nshall give a receipt for it",
    "Das Gericht wies die Klage ab. Die Kosten trägt der Kläger; § 91 ZPO. Überprüfung ausgeschlossen.",
    "第一条规定如下。第二条另有规定，但是没有说明。 中文 text\u3000混在一起。",
    "これは文です。これも文です！ そして、これは？",
    "สัญญานี้ทำขึ้นสองฉบับ มีข้อความถูกต้องตรงกัน",
    "לפני בית המשפט. הערעור נדחה. وقد رفض الاستئناف. نص آخر؟",
    "👩‍👩‍👧‍👦 came 🇩🇪. ½ of it ﬁnished… e\u0301\u0301 x\u200by \u00ad soft\u00a0space",
    "  leading and trailing  \n\n\n (a) one\n (b) two\t\n",
    "x" * 300 + " " + "A.B.C. " * 20,
    " ".join(f"Sentence number {n} is here, and it says {n * n}." for n in range(60)),
    "word " * 200,
    "一二三四五六七八九十。" * 30,
    "\ufeffodd \x00 \x85 \u2028 characters \ufffd end",
)

WORDS = (
    "Mr. ",
    "Smith",
    " v. ",
    "Jones",
    "He ",
    "said ",
    "no",
    "中文",
    "第一条规定",
    "ⅷ½ﬁ",
    "<pad>",
    "e\u0301",
)
MARKS = (". ", ".\n\n", "...", "? ", "!", "。", "(a) ", "1. ", '"', "”", "[1]", "—", "\U0001f600", "👩‍👩‍👧‍👦")
ODD = ("\r\n", "\n", " ", "\u3000", "\x1c", "\x85", "\u200b", "\u00ad", "\ud800", "\ufeff")
ANY = (
    st.lists(st.sampled_from(WORDS + MARKS + ODD), max_size=60).map("".join)
    | st.text(max_size=200)
    | st.sampled_from(TEXTS)
)
