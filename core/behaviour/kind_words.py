"""Words in cells: what a shop writes of purchases and of orders that were called off."""

from __future__ import annotations

from core.data.hints import tokens

BUYING = frozenset((
    "purchase", "purchases", "purchased", "buy", "buys", "bought", "order", "ordered", "orders",
    "transaction", "transactions", "sale", "sold", "paid", "payment", "conversion", "completed",
    "kauf", "gekauft", "bestellung", "bestellt", "kaufen", "bezahlt", "achat", "achete", "commande",
    "vente", "compra", "comprar", "comprado", "pedido", "venta", "venda", "comprou",
))  # fmt: skip
# beside such a word a purchase is not made yet
NOT_YET = frozenset((
    "add", "to", "cart", "begin", "start", "started", "view", "viewed", "failed", "cancel",
    "cancelled", "canceled", "checkout", "info", "details", "page", "list", "refund", "return",
))  # fmt: skip
BUYING_WHOLE = ("购买", "下单", "支付", "成交", "購入", "注文", "구매", "주문", "결제")
CANCELLED = (
    "cancel", "storn", "annul", "anulad", "abgebrochen", "void", "declined", "refused", "failed",
    "unavailable", "rejected", "abgelehnt", "refus", "rechaz", "recusad", "取消", "キャンセル",
    "취소", "关闭",
)  # fmt: skip


def is_buying(word: str) -> bool:
    """Whether a kind of event says that something was bought: "purchase", "order_completed"."""
    said = frozenset(tokens(word))
    if any(whole in word for whole in BUYING_WHOLE):
        return True
    return bool(said & BUYING) and not said & NOT_YET


def is_cancelled(word: str) -> bool:
    """Whether the status of an order says that it came to nothing."""
    folded = word.lower()
    return any(said in folded for said in CANCELLED)
