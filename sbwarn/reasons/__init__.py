"""Why a risk is high or low: exact contributions of the indicators, told once and in words."""
