"""Which action each address needs: one row for every operation of the service.

An operation that is missing here is refused at the start. None means that it is open to everybody
and that nobody even looks at who asks: that is so for what somebody needs before a sign-in.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from uxo.vocabulary import Action

ACTIONS: Final[Mapping[str, Action | None]] = MappingProxyType(
    {
        # The map page carries the finds that it draws.
        "getMap": Action.SEE_EVIDENCE,
        # It tells how much is recorded, and that grows with every find.
        "getHealth": Action.SEE_STATUS,
        "listRoadStatus": Action.SEE_STATUS,
        "getRoadRanks": Action.SEE_STATUS,
        "describeRoadRanks": Action.SEE_STATUS,
        "getRoadsTile": Action.SEE_STATUS,
        "getPiecesTile": Action.SEE_STATUS,
        "getMixedTile": Action.SEE_STATUS,
        "getPlacesTile": Action.SEE_STATUS,
        "describeRoadsTiles": Action.SEE_STATUS,
        "describePiecesTiles": Action.SEE_STATUS,
        "describeMixedTiles": Action.SEE_STATUS,
        "describePlacesTiles": Action.SEE_STATUS,
        # Tiles of evidence carry the same places and ids as the list of evidence.
        "getHazardsTile": Action.SEE_EVIDENCE,
        "getReleasesTile": Action.SEE_EVIDENCE,
        "describeHazardsTiles": Action.SEE_EVIDENCE,
        "describeReleasesTiles": Action.SEE_EVIDENCE,
        "findPlaces": Action.SEE_STATUS,
        "explainPlace": Action.EXPLAIN_STATUS,
        # A task names the finds that block it.
        "prioritise": Action.PRIORITISE,
        "findWays": Action.FIND_WAYS,
        # Who may not see evidence gets routes without the ids and reasons of what blocks them.
        "listRoutes": Action.SEE_ROUTES,
        "getRoute": Action.SEE_ROUTES,
        "addRoute": Action.MAKE_ROUTES,
        "retireRoute": Action.MAKE_ROUTES,
        # The internal tier asks for SEE_EVIDENCE besides.
        "getRouteSheet": Action.PRINT_SHEETS,
        "getPlaceSheet": Action.PRINT_SHEETS,
        # Who may not see evidence gets tasks without it.
        "printTasks": Action.PRIORITISE,
        "recordEvidence": Action.RECORD_EVIDENCE,
        "listEvidence": Action.SEE_EVIDENCE,
        "getEvidence": Action.SEE_EVIDENCE,
        # The description is that of the published program.
        "getDescription": None,
        "getViewer": None,
        "getViewerFile": None,
        "getDesk": Action.SEE_DESK,
        "getDeskFile": None,
        "listDeskQueue": Action.SEE_DESK,
        "getDeskRecord": Action.SEE_DESK,
        "getDeskRoads": Action.SEE_DESK,
        "previewDecision": Action.SEE_DESK,
        "decide": Action.REVIEW_EVIDENCE,
        "correctRecord": Action.CORRECT_EVIDENCE,
        "markDuplicate": Action.REVIEW_EVIDENCE,
        "listDeskPhones": Action.SEE_DESK,
        "importPhoneExport": Action.IMPORT_PHONES,
        # The app holds nothing of its own; what it fetches asks for an action.
        "getFieldApp": None,
        "getFieldManifest": None,
        "getFieldWorker": None,
        "getFieldFile": None,
        "getFieldPack": Action.SEE_STATUS,
        # What phones send; the receiver holds a record to the team of its token.
        "putEvent": Action.RECORD_EVIDENCE,
        "askStates": Action.RECORD_EVIDENCE,
        "ping": None,
        "getCounters": Action.SEE_DESK,
        "getUploadAbilities": None,
        "createUpload": Action.UPLOAD_MEDIA,
        "getUpload": Action.UPLOAD_MEDIA,
        "sendChunk": Action.UPLOAD_MEDIA,
        "sendChunkByPost": Action.UPLOAD_MEDIA,
        "giveUploadUp": Action.UPLOAD_MEDIA,
        "listPhotos": Action.SEE_MEDIA,
        "getOriginal": Action.SEE_ORIGINAL_MEDIA,
        "getCopy": Action.SEE_MEDIA,
        # Before a sign-in, and to end one.
        "getSignInPage": None,
        "sendSignInForm": None,
        "sendSignOutForm": None,
        "beginSession": None,
        "getSession": Action.SEE_PUBLIC_MAP,
        "endSession": Action.SEE_PUBLIC_MAP,
        "enrolDevice": None,
        "listDevices": Action.MANAGE_DEVICES,
        "makeEnrolmentCode": Action.MANAGE_DEVICES,
        "revokeDevice": Action.MANAGE_DEVICES,
        "getDevicesPage": Action.MANAGE_DEVICES,
        "sendCodeForm": Action.MANAGE_DEVICES,
        "sendRevokeForm": Action.MANAGE_DEVICES,
        # How a phone comes to trust this service, before it can sign in.
        "getTrustPage": None,
        "getTeamCertificate": None,
        "listPeople": Action.SEE_NAMES,
        "addPerson": Action.MANAGE_PEOPLE,
        "setPassword": Action.MANAGE_PEOPLE,
        "setDisabled": Action.MANAGE_PEOPLE,
        "listAudit": Action.SEE_AUDIT,
    }
)
"""Operation id -> action."""

FORMS: Final = frozenset({"sendCodeForm", "sendRevokeForm"})
"""Operations whose CSRF token comes in the form, where the route checks it (`read_own_form`)."""
