"""The made-up people, places and numbers of the sample. Telephone numbers are those reserved for fiction."""

from __future__ import annotations

FIRST_NAMES = ("Ada", "Ben", "Chloe", "Dev", "Elena", "Farid", "Grace", "Hugo", "Imani", "Jonas", "Kim", "Leila")
LAST_NAMES = ("Abbot", "Byrne", "Castellano", "Dang", "Everly", "Fonoti", "Garrow", "Haddad", "Ilic", "Jarrah", "Kaur")
MOBILES = ("0491 570 006", "0491 570 156", "0491 570 157", "0491 570 158", "0491 570 159", "0491 570 110")
STREETS = ("Wattle", "Banksia", "Grevillea", "Ironbark", "Bottlebrush", "Kurrajong", "Lilly Pilly", "Myrtle")
SUBURBS = ("Sampletown", "Exampleton", "Fictional Park", "Mount Madeup")
SUPPLIERS = ("Corner Chemist", "Sample Grocer", "Example Fuel", "Made-up Mobility")
SENTENCES = (
    "Went for a walk to the park and had lunch in the shade.",
    "Prepared dinner together; followed the recipe with two prompts.",
    "Slept well, awake once for water.",
    "Called to confirm the appointment on Tuesday.",
    "Practised catching the bus, one more time before going alone.",
    "Cleaned the kitchen together and wrote the shopping list.",
)
JOBS = ("Support Worker", "Team Leader", "House Leader", "Support Coordinator")
"""What staff do."""
