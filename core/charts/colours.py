"""Colours with one meaning everywhere, safe for colour-blind eyes.

After Okabe and Ito (2008) and Tol (2021).
"""

from __future__ import annotations

# The outcome of interest is warm, the other cool; reasons that push up and down are another pair.
OUTCOME = "#D55E00"
OTHER = "#0072B2"
UP = "#C2527A"
DOWN = "#2A8C82"
NEUTRAL = "#7A838C"
# Text on tinted cells, in light and in dark.
INK = {False: "#101820", True: "#EEF1F4"}
QUIET = "rgba(122, 131, 140, 0.35)"
# In the order models or classes are listed. At least ten: Streamlit falls back to Plotly's below.
SERIES = (
    "#0072B2", "#D55E00", "#2A8C82", "#C2527A", "#B58900",
    "#56B4E9", "#6A51A3", "#8C564B", "#5B8C2A", "#7A838C",
)  # fmt: skip
