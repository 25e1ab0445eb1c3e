"""The topics of a judicial office, with the names that residents read."""

TOPICS: dict[str, str] = {
    "family": "离婚和家庭",
    "inheritance": "遗产继承",
    "labour": "工资和用工",
    "work_injury": "干活受伤",
    "social_insurance": "社保和养老",
    "lending": "借钱还钱",
    "contract": "买卖和合同",
    "housing": "租房买房",
    "property_mgmt": "小区物业",
    "neighbour": "邻里纠纷",
    "land_homestead": "土地和宅基地",
    "demolition": "征地拆迁",
    "traffic": "交通事故",
    "medical": "看病纠纷",
    "consumer": "消费维权",
    "telecom_fraud": "网络和电话诈骗",
    "minors_school": "孩子和学校",
    "elder_support": "老人赡养",
    "domestic_violence": "家庭暴力",
    "criminal": "刑事案件",
    "administrative": "行政处罚和复议",
    "legal_aid_mediation": "法律援助和调解",
    "office": "司法所和公证",
}
"""Topic id to its name in Chinese; one content file and one guide each."""
