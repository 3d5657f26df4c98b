"""The pages of Whybuy, in the order of the journey."""

import streamlit as st

from pages.shared import journey
from pages.shared.warm import warm

st.set_page_config(page_icon="pages/shared/icon.png", layout="wide")
page = st.navigation(journey.sections())
journey.resume()
page.run()
warm()
