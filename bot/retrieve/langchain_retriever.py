"""The search as a LangChain retriever."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from bot.retrieve.retriever import Retriever
from bot.types import Hit, Lang


class HabeasRetriever(BaseRetriever):
    """Gives each hit as a document in the language of the page.

    ``metadata`` holds ``id``, ``authority``, ``layer``, ``title``, ``url``, ``as_of``,
    ``confidence``, ``contested``, ``score`` and ``arms``.
    """

    search: Retriever
    lang: Lang = "en"
    k: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # nothing here has callbacks of its own
        return [as_document(hit, self.lang) for hit in self.search.search(query, self.lang, self.k)]


def as_document(hit: Hit, lang: Lang) -> Document:
    """Make a LangChain document of a hit."""
    passage = hit.passage
    return Document(
        id=passage.id,
        page_content=passage.text[lang],
        metadata={
            "id": passage.id,
            "authority": passage.authority.path,
            "layer": passage.layer,
            "title": passage.title[lang],
            "url": passage.url,
            "as_of": passage.as_of,
            "confidence": passage.confidence,
            "contested": passage.contested,
            "score": hit.score,
            "arms": list(hit.arms),
        },
    )
