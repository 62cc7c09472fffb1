"""`outlay init`: from a folder of exports to the company.toml that lands them.

    proposal = look(folder, work)          # samples of every file, grouped; the company with its questions
    ...                                    # answers to proposal.company.questions
    draft_sources(proposal)                # a section for each group, with questions of its own
    toml_of(proposal)                      # what is not answered stands beside its guess as `# unsure:`

Nothing here knows a particular file: headings are known by vocabulary.toml, values by their shapes, keys by counting.
"""

from __future__ import annotations

from outlay.company import Company
from outlay.onboarding.answers import take
from outlay.onboarding.draft import Draft, Question
from outlay.onboarding.excerpts import Excerpt
from outlay.onboarding.groups import Group
from outlay.onboarding.mapped import column_of
from outlay.onboarding.proposal import SKIP, Found, Proposal, choose, draft_as, draft_sources, look, missing_of
from outlay.onboarding.trial import Trial, try_out
from outlay.onboarding.writing import document_of, toml_of

__all__ = [
    "SKIP",
    "Draft",
    "Excerpt",
    "Found",
    "Group",
    "Proposal",
    "Question",
    "Trial",
    "choose",
    "column_of",
    "company_of",
    "document_of",
    "draft_as",
    "draft_sources",
    "look",
    "missing_of",
    "take",
    "toml_of",
    "try_out",
]


def company_of(proposal: Proposal) -> Company:
    """The proposal as a company. Raises pydantic's ValidationError where an answer is no possible value."""
    return Company.model_validate({**document_of(proposal), "folder": proposal.folder})
