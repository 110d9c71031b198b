"""How those are doing whom Titus depends on, as they tell it themselves."""
