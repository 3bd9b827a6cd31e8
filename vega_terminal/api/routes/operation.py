"""For whoever operates the server: metrics, and whether it lives."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from vega_terminal.api.routes.answers import plain, refusals
from vega_terminal.api.served import Exposition


def metrics_router(metrics: Exposition) -> APIRouter:
    """The route that Prometheus scrapes."""
    router = APIRouter(tags=["operation"])

    @router.get(
        "/metrics",
        response_class=Response,
        responses=plain("text/plain", "Every metric") | refusals(),
        operation_id="metrics",
        summary="Every metric, for Prometheus",
    )
    async def scrape() -> Response:
        """In the text format of Prometheus."""
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    return router


def health_router() -> APIRouter:
    """The one route that needs no token, and tells nothing but that it answers."""
    router = APIRouter(tags=["operation"])

    @router.get(
        "/healthz",
        response_class=Response,
        responses=plain("text/plain", "It answers") | refusals(),
        operation_id="healthz",
        summary="Whether the server answers; needs no token",
    )
    async def healthz() -> Response:
        """Says nothing of the login."""
        return PlainTextResponse("ok\n")

    return router
