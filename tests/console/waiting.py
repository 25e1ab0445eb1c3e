"""A resident who waits for a person."""

from tests.support.service import Phone, Service

WORDS = "单位拖欠工资三个月了，怎么办？"


async def asked_in_liuhe(service: Service) -> Phone:
    """The phone of a resident of Liuhe who asked for a person."""
    phone = service.phone()
    for words in ("选司法所", "2", "是", WORDS, "人工"):
        await phone.says(words)
    return phone
