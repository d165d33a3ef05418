"""What a page needs and Streamlit has not: one folder a component, Python beside its browser side."""
