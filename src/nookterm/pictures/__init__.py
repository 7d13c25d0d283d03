"""Pictures: decoded with limits, cleaned of what they tell beside what they show, and made small for the screen."""
