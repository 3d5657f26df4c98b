"""Does a model still hold? What it learned from compared with a table that came later."""

from pages.shared import drift_part, session
from pages.shared.frame import page

with page("drift") as say:
    session.model_id()
    drift_part.part(say)
