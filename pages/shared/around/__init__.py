"""What stands around the pages: every request passes here before Streamlit sees it."""
