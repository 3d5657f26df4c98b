"""What pages have in common; the only other place that knows Streamlit."""
