"""The screens, each beside its style sheet: they wire a view-model to widgets."""
