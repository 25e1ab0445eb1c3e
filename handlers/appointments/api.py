"""The appointments for residents' programs: the routes under `/api/v1`, each with its models."""

from bot.web.api import Route, Service
from handlers.appointments import api_booking, api_places, api_progress, api_tickets, api_waiting
from handlers.appointments.api_service import Counter


def routes(service: Service) -> list[Route]:
    """All of them. Args: service: of the node."""
    counter = Counter(service)
    return [
        *api_places.routes(counter),
        *api_booking.routes(counter),
        *api_waiting.routes(counter),
        *api_progress.routes(counter),
        *api_tickets.routes(counter),
    ]
