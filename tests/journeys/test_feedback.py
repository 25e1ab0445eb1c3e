"""评价: a verdict on an answer, by its numbered lines or by the word."""

from tests.support.service import Service

QUESTION = "劳动仲裁要不要花钱？"


def given(service: Service) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in service.rows("select verdict, message_id from feedback")]


async def test_not_solved_is_a_bad_verdict_on_that_answer_and_counts_once(service: Service) -> None:
    phone = service.phone()
    answer = await phone.says("法律援助几天给答复？")
    (line,) = [line for line in answer.split("\n") if line.endswith(" 没解决")]

    await phone.says(line.split()[0])
    await phone.says("没解决")

    (message,) = service.rows("select min(id) from inbox")
    assert given(service) == [("bad", message[0])]


async def test_not_useful_asks_why_and_keeps_the_words_sealed(service: Service) -> None:
    phone = service.phone()
    await phone.says("评价")
    await phone.says("2")

    reply = await phone.says("没说清去哪个窗口？")

    assert reply.startswith("记下了，会有人来改")
    assert given(service) == [("bad", 0)]
    (words,) = service.rows("select words from feedback")
    assert "窗口".encode() not in bytes(words[0])


async def test_the_same_message_three_times_is_one_verdict_and_one_answer(service: Service) -> None:
    from admin.sandbox import messages

    phone = service.phone()
    await phone.says("评价")
    push = messages.text(service.lines.next(phone.who), "1")

    delivery = await service.sandbox.push("oa", push, times=3)

    texts = {one.answer.passive.text for one in delivery.tries if one.answer and one.answer.passive}
    assert len(delivery.tries) == 3
    assert len(texts) == 1
    assert len(given(service)) == 1
