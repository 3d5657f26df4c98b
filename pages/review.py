"""Would you sign this? The questions with their evidence, verdicts, and who signs."""

import streamlit as st

from core.review.review import Told
from core.store import reviews
from core.store.roles import Right
from core.text.phrases import Phrases
from pages.shared import (
    frame,
    report_part,
    review_gather,
    review_known,
    review_person,
    review_questions,
    review_signing,
    rights,
    session,
    trail_part,
)
from pages.shared.fold import fold


def told(say: Phrases) -> None:
    """What the model is for and where it ends, in a person's words."""
    model = session.model_id()
    known = reviews.load(session.folder(), model).told
    with st.form(f"told-{model}"):
        use, ends = (
            st.text_area(
                say(f"review.told.{name}"),
                value=value,
                help=say(f"review.told.{name}_help"),
                max_chars=reviews.LONGEST,
                key=f"told-{name}-{model}",
                height="content",
            )
            for name, value in (("use", known.intended_use), ("limits", known.limits))
        )
        limits = rights.limits(Right.REVIEW, say, False, None, Right.WORK)
        if st.form_submit_button(say("review.keep"), **limits):
            reviews.told(session.folder(), model, Told(use, ends))
            st.rerun()


with frame.page("review") as say:
    session.model_id()
    standing = review_known.standing()
    review_signing.banner(standing, say)
    review_person.part(say)
    review_gather.part(say)
    st.subheader(say("review.questions"))
    with frame.guarded(say):
        review_questions.part(standing.review, say)
    fold(say("review.told.title"), "told-fold", lambda: told(say), ":material/description:")
    st.subheader(say("review.signing"))
    with frame.guarded(say):
        review_signing.part(standing, say)
    review_signing.policy(say)
    report_part.part(say)
    fold(say("review.trail"), "trail-fold", lambda: trail_part.part(say), ":material/history:")
