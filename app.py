"""The pages of Whybuy, in the order of the journey."""

import streamlit as st

from pages.shared.journey import sections
from pages.shared.warm import warm

st.navigation(sections()).run()
warm()
