"""A character out of a short clip or a picture: numbers that anybody can read and change, never a likeness."""

from inference.enrol.enrolment import SURE, Enrolment, from_clip

__all__ = ["SURE", "Enrolment", "from_clip"]
