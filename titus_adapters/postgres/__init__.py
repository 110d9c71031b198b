"""Titus on PostgreSQL, Supabase included."""
