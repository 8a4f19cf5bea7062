// Generated from docs/openapi.yaml by `npm run contract`; `npm run check` compares.
// Types only: what the API answers and takes, by path (for openapi-fetch) and by schema.

export interface paths {
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users by key, in order, or by detections; search gives those whose key begins with a text, in any spelling. */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The profile of a user, by any spelling of the account. */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /** Erases what is kept of a user, named as lists show it (docs/privacy.md). Needs the group admin. */
        delete: operations["eraseUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/activities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions as a person reads them, newest first. */
        get: operations["listActivities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/expected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Trips and standing exceptions of a user, current, coming, and past ones of 90 days. The user is named as lists show it. */
        get: operations["listExpected"];
        put?: never;
        /**
         * States what is expected of a user, until when and why.
         * @description It quiets what it names and nothing else ([docs/detection.md](detection.md), term `expected`): a trip to a country explains place and access networks there, and no anonymous network, other device, second session elsewhere or impossible journey. At most 16 at one time, each for 366 days at most.
         */
        post: operations["addExpected"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/expected/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes one of them back. */
        delete: operations["removeExpected"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/session-ends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Orders to end sessions of a user, newest first, and what became of them. The user is named as lists show it. */
        get: operations["listSessionEnds"];
        put?: never;
        /**
         * Orders that a session is ended at its gateway. Needs the group responder.
         * @description Only where a relay's own file allows it ([docs/relay.md](relay.md#end-a-session)). An answer of the gateway is no proof: `confirmed` is the Stop of that session, or a restart of the gateway.
         */
        post: operations["orderSessionEnd"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/session-ends/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an order would do; nothing is ordered. Needs the group responder. */
        post: operations["planSessionEnd"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The user's sessions by UTC day, however many they are. */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/detections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Detections of one user, newest first. */
        get: operations["listUserDetections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}/learned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the numbers of a detection come from, as of its judgement; or what is learned by now.
         * @description With `detection`: of each reason the unrounded weight and what its formula asks for (docs/detection.md), the threshold, the learning gate and the organisation's counts. Weights, score and the numbers of the sentences can be recomputed from this answer alone. Without it: the present weights of the user's places, networks, addresses, devices and gateways, faded by half in 14 days, and how often something was asked for and new.
         */
        get: operations["getLearned"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Detections of all users, newest first or in the order asked for.
         * @description A detection must suit every parameter that is given, by one of its values. The items carry the entity tags that a change of them must name. `total` is there where the whole range was read: in every order but newest first, and there on a first page that is the only one.
         */
        get: operations["listDetections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * One decision about up to 200 detections, with a result for each.
         * @description Needs the group analyst. Each item names the entity tag that the decision was made on; what has changed since is left as it is and says so. Decisions about one user are taken one after the other; what does not fit into the time of the request is `not-tried`, and may be sent again as it is.
         */
        patch: operations["patchDetections"];
        trace?: never;
    };
    "/v1/detections/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many detections of a range have which value, by day, and how soon they were classified.
         * @description Takes the filters of the list. The counts of a facet are of what the other filters leave. Exact to 10,000 detections in the range; beyond, the newest are counted, `isComplete` is false, and every number is "at least".
         */
        get: operations["countDetections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One detection with its reasons; its entity tag is what a change must name. */
        get: operations["getDetection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * What an analyst decides. Benign quiets the same for this person for a while; malicious is never learned.
         * @description A JSON Merge Patch (RFC 7396): what is absent stays, null takes away. Needs the group analyst and `If-Match` with the entity tag of the detection. Without `status`, benign resolves a detection and malicious puts it in progress.
         */
        patch: operations["patchDetection"];
        trace?: never;
    };
    "/v1/detections/{id}/related": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who else is concerned by a detection; others from its address, network and device, and its case.
         * @description Detections of 180 days but what was withdrawn, worst first, at most 15 of each kind. Exact to 10,000 detections of that time; beyond, the newest are looked at and `isComplete` is false.
         */
        get: operations["getRelated"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detections/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What analysts wrote about a detection, oldest first. */
        get: operations["listComments"];
        put?: never;
        /**
         * Adds a comment. It replaces nothing and changes no entity tag.
         * @description Needs the group analyst. A comment expires with its detection; an erasure of the user takes it away.
         */
        post: operations["addComment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Detections that belong together, newest or worst first.
         * @description Detections belong together that share an address, a device, or a network that was new to the organisation, each within 24 hours of the next; a place that is new to each user, within 2 hours; or a burst. A case reaches over two UTC days at most and has at most 200 detections; of more the next ones in time are the next case. It follows from the detections as they are: withdrawn ones belong to none. Listed are cases with a detection in the range; with `detection`, the case of that one, if it has company.
         */
        get: operations["listCases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cases/{case}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A case with its detections and their entity tags. */
        get: operations["getCase"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Who looks after a case, and what is no part of it.
         * @description Needs the group analyst and `If-Match` with `decisionTag` of the case. What is split off is a case of its own, and is not grouped again; an empty `split` of that case takes it back. One classification for all detections of a case is a `PATCH /v1/detections` with the entity tags that the case lists.
         */
        patch: operations["patchCase"];
        trace?: never;
    };
    "/v1/cases/{case}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What analysts wrote about a case, oldest first. */
        get: operations["listCaseComments"];
        put?: never;
        /**
         * Adds a comment about a case. It replaces nothing.
         * @description Needs the group analyst. It expires as a detection of the case's first day; an erasure of a user who had a detection in the case when it was written takes it away.
         */
        post: operations["addCaseComment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, in which role, and what the role may do. */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, when, to what, newest first; takes the group admin. */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Devices by key (`host:`, `mac:`, `uid:`, `client:`) or by the beginning of a name, in order, or by detections. */
        get: operations["listDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/{device}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who used a device, and from where. */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Places that users have come from, by name, by detections, or by users of the last 24 hours.
         * @description Detections are those of the range, without what was withdrawn: exact to 10,000 of them, beyond that the newest are counted and `isDetectionsComplete` is false. Users are exact to 250 of an area of half a degree, sessions where a place has 5 users at most; beyond, they are "at least".
         */
        get: operations["listPlaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/locations/{cell}/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has connected from a 0.5 degree cell. */
        get: operations["listCellUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is connected now, at most half a minute old. */
        get: operations["listOpenSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users, addresses, blocks, networks, devices, places, gateways, sessions and detections by any part of their name. */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/addresses/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who came from an address, or from the /64 of an IPv6 address. */
        get: operations["getAddress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/networks/{asn}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who came through a network. */
        get: operations["getNetwork"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users known, detections of the last 30 days by severity, and who is connected now. */
        get: operations["getSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sensitivity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many alerts the last 30 days would have had with another sensitivity.
         * @description Counted from the near misses that are kept for 30 days, before a setting is saved. Without parameters it is the sensitivity "normal" that is asked about.
         */
        get: operations["getSensitivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/users/{user}/activities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions of one user as a file, newest first. */
        get: operations["exportActivities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/users/{user}/detections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Detections of one user as a file, newest first. */
        get: operations["exportUserDetections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/detections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Detections of all users as a file, newest first or in the order asked for. */
        get: operations["exportDetections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/detections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One detection as a file; ndjson, ocsf and ecs are a single line of JSON. */
        get: operations["exportDetection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/cases/{case}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A case as Markdown, or as an OCSF Incident Finding (class 2005). */
        get: operations["exportCase"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit trail as a file, newest first; takes the group admin. */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings, in the form that PUT takes. Secrets show as fingerprints only. */
        get: operations["getSettings"];
        /**
         * Replaces the settings. Relays have them within a minute.
         * @description Needs the group admin and `If-Match` with the entity tag of GET. All mistakes are named at once, each by its place in the body. A secret is set by a text, kept when it is absent or as GET shows it; gateways that are not named any more lose theirs. While a gateway changes its secret, `nextSecret` holds the new one and both are accepted; `promoteNextSecret` ends that, null as `nextSecret` calls it off. One change is made at a time: of several with the same entity tag one is taken and the others get 412. Should stored secrets ever be lost, a change that keeps one is refused (422) and names it; setting it anew makes it good.
         */
        put: operations["putSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/relays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Relays with their keys, what of their records was processed, and how they do. */
        get: operations["listRelays"];
        put?: never;
        /** Makes a one-time token that lets a relay of this name in. Needs the group admin. */
        post: operations["addRelay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/relays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Shuts a relay out and lists the gateway secrets it knew. Needs the group admin. */
        delete: operations["revokeRelay"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A sealed batch of accounting events from a relay (docs/wire-format.md). */
        post: operations["postBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/relay/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A relay gets in with a one-time token (docs/wire-format.md, "Token and enrolment"). */
        post: operations["enrolRelay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/relay/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A relay brings the keys that follow those in use, and shows that it holds these ("Rotation"). */
        post: operations["rotateRelayKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/relay/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A relay gets the settings, gateway secrets encrypted to it alone ("Configuration"). */
        get: operations["getRelayConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/relay/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A relay tells how it is ("Health report"). */
        post: operations["postRelayHealth"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/relay/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A relay gets the orders that wait for it ("Orders"). */
        get: operations["getRelayOrders"];
        put?: never;
        /** A relay tells what became of its orders ("Orders"). */
        post: operations["postRelayOrders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document, as the running version of the API keeps it. */
        get: operations["getContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A refusal with its reason and what to do (RFC 9457). */
        Problem: {
            /** @description `/problems/<code>`: a name, not a page that can be fetched. */
            type: string;
            title: string;
            status: number;
            /**
             * @description Stable; docs/problems.md lists them.
             * @example not-found
             * @example invalid-parameter
             */
            code: string;
            /** @description What to do about it. */
            detail?: string;
            errors?: components["schemas"]["ProblemPlace"][];
        };
        /** @description What is wrong where: a parameter, or a place in the body as a JSON pointer (RFC 6901). */
        ProblemPlace: {
            parameter?: string;
            pointer?: string;
            detail: string;
        };
        /** @description A refusal by the gateway in front of the functions. */
        GatewayMessage: {
            message: string;
        };
        /** @description What every page has beside its items. */
        List: {
            /** @description The cursor of the page that follows; absent on the last. */
            next?: string;
            attribution: components["schemas"]["Attribution"];
        };
        UserPage: components["schemas"]["List"] & components["schemas"]["ByDetections"] & {
            items: components["schemas"]["UserRow"][];
        };
        /** @description What a list says of the whole where it is sorted by detections. */
        ByDetections: {
            /** @description How many the whole list has. */
            total?: number;
            /** @description False: there are at least so many. */
            isTotalComplete?: boolean;
            /** @description False: the range has more than 10,000 detections, and each has at least so many. */
            isDetectionsComplete?: boolean;
        };
        /** @description Detections of the range, those that were withdrawn left out; in lists sorted by something else absent. */
        DetectionCount: {
            detections?: number;
            /** @description Those of them that are not resolved. */
            unresolved?: number;
        };
        PlacePage: components["schemas"]["List"] & components["schemas"]["ByDetections"] & {
            items: components["schemas"]["PlaceRow"][];
            total: number;
            isTotalComplete: boolean;
            isDetectionsComplete: boolean;
            /** @description False: at least so many users of the last 24 hours. */
            isTodayComplete: boolean;
        };
        PlaceRow: {
            /** @description The key, as the filter `place` of detections takes it. */
            place: string;
            label: string;
            /** @description The 0.5 degree cell that it lies in. */
            cell?: string;
            /** @description Of the range. */
            detections: number;
            /** @description Those of them that are not resolved. */
            unresolved: number;
            /** @description Users seen there, as far as is kept. */
            users: number;
            /** @description False: there are at least so many. */
            isUsersComplete: boolean;
            /** @description Users of the last 24 hours. */
            usersToday: number;
            sessions: number;
            /** @description False: there are at least so many, and the last may be later. */
            isSessionsComplete: boolean;
            firstSeen?: components["schemas"]["Time"];
            lastSeen?: components["schemas"]["Time"];
        };
        ActivityPage: components["schemas"]["List"] & {
            items: components["schemas"]["Activity"][];
        };
        DetectionPage: components["schemas"]["List"] & {
            items: components["schemas"]["ListedDetection"][];
            /** @description How many the whole list has; absent where it was not read to its end. */
            total?: number;
            /** @description False: there are at least so many. */
            isTotalComplete?: boolean;
        };
        CasePage: components["schemas"]["List"] & {
            items: components["schemas"]["Case"][];
            /** @description Cases that suit. */
            total: number;
            /** @description False: the range has more detections than one question looks at. */
            isTotalComplete: boolean;
        };
        CommentPage: components["schemas"]["List"] & {
            items: components["schemas"]["Comment"][];
        };
        AuditPage: components["schemas"]["List"] & {
            items: components["schemas"]["AuditEntry"][];
        };
        /** @enum {string} */
        AuditAction: "settings-changed" | "relay-token-made" | "relay-enrolled" | "relay-keys-rotated" | "relay-key-added" | "relay-revoked" | "session-end-ordered" | "session-end-reported" | "detection-decided" | "detection-commented" | "case-assigned" | "case-split" | "case-commented" | "user-erased" | "expected-added" | "expected-removed";
        AuditEntry: {
            at: components["schemas"]["Time"];
            /** @description Id of who did it. */
            actor: string;
            action: components["schemas"]["AuditAction"];
            /** @description What was changed: a name of settings, relays, orders, or the id of a detection or case. */
            subject: string;
            /**
             * @description `begun`: it never ended; look whether the change was made.
             * @enum {string}
             */
            outcome: "begun" | "done" | "refused";
            /** @description The VPN user it is about, as a keyed hash. */
            about?: string;
            /** @description Who that is; absent once the user is erased. */
            user?: string;
        };
        DevicePage: components["schemas"]["List"] & components["schemas"]["ByDetections"] & {
            items: (components["schemas"]["Device"] & components["schemas"]["DetectionCount"])[];
        };
        CellUserPage: components["schemas"]["List"] & {
            items: components["schemas"]["CellUser"][];
        };
        /** @description Who made the location data. Show it wherever locations are shown. */
        Attribution: string[];
        /** Format: date-time */
        Time: string;
        UserRow: {
            /** @description The user key: one for all spellings of an account. */
            user: string;
            kind: components["schemas"]["UserKind"];
            /** @description Of the range; in a list by name absent. */
            detections?: number;
            /** @description Those of them that are not resolved. */
            unresolved?: number;
        };
        /** @enum {string} */
        UserKind: "person" | "machine";
        Network: {
            /** @description 0 is unrouted or unknown. */
            asn: number;
            organization: string;
            /** @enum {string} */
            type: "access" | "mobile" | "hosting" | "vpn" | "tor" | "education" | "government" | "satellite" | "corporate" | "anycast" | "security-service" | "proxy" | "unknown";
            /** @description Where the type is the word of a list that the operator brought (docs/reputation.md). */
            listed?: {
                /** @description Its name. */
                list: string;
                /**
                 * Format: date
                 * @description The day its data is of.
                 */
                date: string;
            };
        };
        /** @description An area with a confidence. `located` has a country and coordinates, `special` says what kind of address it is. */
        Location: {
            /** @enum {string} */
            kind: "located" | "special" | "unknown";
            /** @description Identifies the place in a profile. */
            key: string;
            label: string;
            /** @description ISO 3166-1 alpha-2. */
            country?: string;
            region?: string;
            city?: string;
            /** @description Degrees. */
            lat?: number;
            /** @description Degrees. */
            lon?: number;
            /** @description Kilometres: the true place lies within it three times of four. */
            radiusKm?: number;
            /** @enum {string} */
            confidence?: "city" | "country" | "low" | "none";
            /** @description The 0.5 degree cell of the map. */
            cell?: string;
            /** @enum {string} */
            special?: "private" | "shared" | "invalid-source" | "documentation" | "reserved";
        };
        Tally: {
            /** @description Sessions that showed it. */
            count: number;
            firstSeen: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
        };
        /** @description Part of the user's sessions. */
        Share: number;
        Device: {
            /** @description Identifies it across sessions, by its kind: `host:lt-0412`. */
            key: string;
            /** @enum {string} */
            kind: "uid" | "mac" | "host" | "client";
            name?: string;
            os?: string;
            client?: string;
        };
        PlaceTally: components["schemas"]["Location"] & components["schemas"]["Tally"] & {
            share: components["schemas"]["Share"];
            /** @description True when at least a tenth of what is learned of the user is of it; what is not learned, such as sessions of an undecided or malicious detection, does not count. Else absent. */
            isUsual?: boolean;
            area?: components["schemas"]["Area"];
        };
        /** @description Name of the half-degree cell around a place, and who gave the name. */
        Area: {
            label: string;
            source: string;
        };
        AddressTally: components["schemas"]["Tally"] & {
            address: string;
            /** @description Key of the place. */
            place: string;
        };
        NetworkTally: components["schemas"]["Network"] & components["schemas"]["Tally"] & {
            share: components["schemas"]["Share"];
        };
        DeviceTally: components["schemas"]["Device"] & components["schemas"]["Tally"];
        GatewayTally: components["schemas"]["Tally"] & {
            id: string;
        };
        UserTally: components["schemas"]["Tally"] & {
            user: string;
        };
        LocationTally: components["schemas"]["Location"] & components["schemas"]["Tally"];
        Profile: {
            user: string;
            kind: components["schemas"]["UserKind"];
            /** @description As gateways wrote the account. */
            spellings: string[];
            /** @description Where this account is disabled, as the settings say. */
            accountLinks?: components["schemas"]["AccountLink"][];
            /** @description Users whose keys differ from this one in accents and marks alone. */
            looksLike?: string[];
            firstSeen: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
            /** @description How many there were. */
            sessions: number;
            /** @description Most used first. */
            places: components["schemas"]["PlaceTally"][];
            addresses: components["schemas"]["AddressTally"][];
            networks: components["schemas"]["NetworkTally"][];
            devices: components["schemas"]["DeviceTally"][];
            gateways: components["schemas"]["GatewayTally"][];
            /** @description Session starts by UTC hour of the week: 0 is Sunday 00:00. */
            hours: number[];
            learning: components["schemas"]["Learning"];
            openSessions: components["schemas"]["Activity"][];
            /** @description The newest ten. */
            activities: components["schemas"]["Activity"][];
            /** @description The newest ten. */
            detections: components["schemas"]["Detection"][];
            /** @description True when there are more than `detections` holds; else absent. */
            hasMoreDetections?: boolean;
            attribution: components["schemas"]["Attribution"];
        };
        /** @description Until 30 days after the first session, and with fewer than 5 sessions in the last 30 days, only hard evidence alerts, at low. */
        Learning: {
            isOver: boolean;
            until: components["schemas"]["Time"];
            /** @description In the last 30 days, without those that a detection is about. */
            sessions: number;
            sessionsNeeded: number;
        };
        Activity: {
            id: string;
            /** @description Acct-Session-Id of the gateway. */
            sessionId: string;
            /** @description Acct-Multi-Session-Id. */
            multiSessionId?: string;
            gateway: string;
            /**
             * @description `replaced`: no Stop came, and another began in its place; of the same id, or of the same user on a gateway that sends no interims and lets a user have one session at a time.
             * @enum {string}
             */
            state: "open" | "ended" | "silent" | "gateway-restarted" | "replaced";
            startedAt: components["schemas"]["Time"];
            /** @description False: no Start came, the start is an estimate. */
            isStartSeen: boolean;
            endedAt?: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
            /**
             * @description The record that `lastSeen` is of: of an open session its last word. `start`: its gateway has sent no interim, and nothing more will be heard before the end.
             * @enum {string}
             */
            lastSeenBy: "start" | "interim" | "stop";
            /** @description How often the gateway sends interims, as this session shows. Absent where it sends none. */
            interimSeconds?: number;
            /** @description To the end; of an open session to its last word, and to now where its gateway sends no interims. */
            durationSeconds: number;
            /** @description The client address of the last word. Absent after a Stop, and where it is not known. */
            lastAddress?: string;
            /** @description The first of `sightings`. */
            clientAddress?: string;
            location?: components["schemas"]["Location"];
            network?: components["schemas"]["Network"];
            sightings: components["schemas"]["Sighting"][];
            /** @description Addresses inside the tunnel, and IPv6 prefixes as 2001:db8:1:2::/64. */
            assignedAddresses: string[];
            devices: components["schemas"]["Device"][];
            octetsIn?: components["schemas"]["Octets"];
            octetsOut?: components["schemas"]["Octets"];
            terminateCause?: string;
            /** @description What was not believed of its records. clock-suspect - a time; invalid-attributes - another value, such as an impossible Acct-Session-Time. */
            flags?: ("clock-suspect" | "invalid-attributes")[];
        };
        /** @description A session that no record has ended. Location, network and client address are those of its last word. */
        OpenSession: {
            user: string;
            id: string;
            /** @description Acct-Session-Id of the gateway. */
            sessionId: string;
            gateway: string;
            /** @enum {string} */
            state: "open" | "silent";
            startedAt: components["schemas"]["Time"];
            /** @description False: no Start came, the start is an estimate. */
            isStartSeen: boolean;
            endedAt?: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
            /**
             * @description The record that `lastSeen` is of. `start`: its gateway has sent no interim, and nothing more will be heard before the end.
             * @enum {string}
             */
            lastSeenBy: "start" | "interim";
            /** @description How often the gateway sends interims, as this session shows. Absent where it sends none. */
            interimSeconds?: number;
            /** @description To the last word; of an open session whose gateway sends no interims to now. */
            durationSeconds: number;
            clientAddress?: string;
            location?: components["schemas"]["Location"];
            network?: components["schemas"]["Network"];
            octetsIn?: components["schemas"]["Octets"];
            octetsOut?: components["schemas"]["Octets"];
            /** @description How far this user's open sessions are apart at the least (radii of both places taken off), where that is 100 km or more. Networks that say nothing of where a user is do not count. */
            apartKm?: number;
        };
        OpenSessionPage: {
            items: components["schemas"]["OpenSession"][];
            /** @description Cursor of the next page. */
            next?: string;
            /** @description Sessions that the filters leave, on all pages; at least so many unless it is complete. */
            total: number;
            isTotalComplete: boolean;
            asOf: components["schemas"]["Time"];
            counts?: components["schemas"]["OpenSessionCounts"];
            attribution: components["schemas"]["Attribution"];
        };
        /** @description Of the first page, the sessions that the filters leave by value; the values of a filter are counted as if it were not given. */
        OpenSessionCounts: {
            gateway: components["schemas"]["Facet"];
            country: components["schemas"]["Facet"];
            asn: components["schemas"]["Facet"];
            /** @description Where the users of these sessions are, most users first; 50 at most. */
            places: components["schemas"]["LivePlace"][];
            /** @description How many more places there are. */
            otherPlaces: number;
        };
        EndingSession: {
            /** @description `id` of the activity. */
            id: string;
            sessionId: string;
            gateway: string;
            startedAt: components["schemas"]["Time"];
            clientAddress?: string;
        };
        SessionEndQuestion: {
            /** @description `id` of an activity of the user. */
            session: string;
        };
        SessionEndPlan: {
            session: components["schemas"]["EndingSession"];
            canEnd: boolean;
            /** @enum {string} */
            why?: "not-open" | "no-session-id" | "not-opted-in" | "switched-off" | "too-many";
            whyText?: string;
            relay?: string;
            /** @description By what the gateway finds a session (docs/relay.md). */
            form?: string;
            /**
             * @description `name`: every session of the name on the gateway ends.
             * @enum {string}
             */
            ends?: "session" | "name";
            /** @description The relay ships and hears of an order within seconds; else within half a minute. */
            isBusy?: boolean;
            alsoEnds: components["schemas"]["EndingSession"][];
            /** @description The gateway's own commands, where it cannot be asked; of every vendor that is known where the settings do not name one. */
            commands: {
                vendor: string;
                title: string;
                /** @description NAME or SESSION stands where filling it in would not be safe. */
                lines: string;
            }[];
        };
        SessionEndOrder: {
            session: string;
            reason: string;
            /** @description `id` of each session in `alsoEnds` of the plan. */
            alsoEnds?: string[];
            detection?: string;
        };
        SessionEndStep: {
            state: components["schemas"]["SessionEndState"];
            at: components["schemas"]["Time"];
            /** @description Why nothing was sent, the Error-Cause of a refusal, or stop or restart. */
            cause?: string;
            detail?: string;
            /** @description The session that came back. */
            session?: {
                gatewayId: string;
                sessionId: string;
                clientAddress?: string;
            };
        };
        /** @description The newest order to end a session of the detection, as it was last heard of; its user's list of orders looks again. */
        DetectionSessionEnd: {
            state: components["schemas"]["SessionEndState"];
            orderedAt: components["schemas"]["Time"];
        };
        /** @enum {string} */
        SessionEndState: "requested" | "void" | "sent" | "acknowledged" | "refused" | "silent" | "confirmed" | "unconfirmed" | "came-back";
        SessionEnd: {
            id: string;
            /** @description `id` of the activity. */
            session: string;
            sessionId: string;
            gateway: string;
            relay: string;
            form: string;
            /** @description Acct-Session-Ids. */
            alsoEnds: string[];
            state: components["schemas"]["SessionEndState"];
            reason: string;
            /** @description An id, not a name. */
            by: string;
            orderedAt: components["schemas"]["Time"];
            expiresAt: components["schemas"]["Time"];
            /** @description The detection it was given from, or the newest that names its session. */
            detection?: string;
            steps: components["schemas"]["SessionEndStep"][];
        };
        /** @enum {string} */
        ExpectedKind: "country" | "place" | "network" | "address" | "device";
        ExpectedStatement: {
            kind: components["schemas"]["ExpectedKind"];
            /** @description `country`: two capital letters (ISO 3166-1); `place`: a `key` of a location; `network`: an AS number; `address`: an IP address (of IPv6 its /64); `device`: a `key` of a device. */
            value: string;
            /**
             * Format: date-time
             * @description Absent: from now on.
             */
            from?: string;
            /** Format: date-time */
            until: string;
            reason: string;
        };
        Expected: {
            id: string;
            kind: components["schemas"]["ExpectedKind"];
            value: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            until: string;
            /** @enum {string} */
            state: "current" | "coming" | "past";
            reason: string;
            /** @description An id of whoever stated it; no name. */
            by: string;
            /** Format: date-time */
            at: string;
        };
        ExpectedList: {
            items: components["schemas"]["Expected"][];
        };
        SessionEndList: {
            items: components["schemas"]["SessionEnd"][];
        };
        /** @description docs/wire-format.md, "Orders". */
        OrderReports: {
            /** @constant */
            version: 1;
            reports: {
                orderId: string;
                state: components["schemas"]["SessionEndState"];
                at: components["schemas"]["UnixMs"];
                cause?: string;
                detail?: string;
                session?: {
                    gatewayId: string;
                    sessionId: string;
                    clientAddress?: string;
                };
            }[];
        };
        OrderReceipt: {
            taken: number;
        };
        Octets: string;
        /** @description A client address that a session showed. */
        Sighting: {
            address: string;
            location: components["schemas"]["Location"];
            firstSeen: components["schemas"]["Time"];
        };
        /** @enum {string} */
        Severity: "low" | "medium" | "high";
        /** @enum {string} */
        TriageStatus: "new" | "in-progress" | "resolved";
        /**
         * @description Withdrawn, when records showed that it rested on what was not so; what an analyst has classified is not.
         * @enum {string}
         */
        DetectionStatus: "new" | "in-progress" | "resolved" | "withdrawn";
        /** @description How the records corrected it last, and what it was before. */
        Correction: {
            /** @enum {string} */
            change: "withdrawn" | "lowered" | "raised" | "restored";
            reason: string;
            at: components["schemas"]["Time"];
            severity: components["schemas"]["Severity"];
            score: number;
        };
        /** @enum {string} */
        Classification: "benign" | "malicious";
        Detection: {
            id: string;
            /** @enum {string} */
            kind: "abnormal-vpn-connection" | "connection-burst";
            title: string;
            message: string;
            user: string;
            /** @description Of a burst, everybody it was seen of; `user` is the first of them. */
            users?: string[];
            /** @description Of a burst, ids of its users' own detections, which fold into it; at most 64. */
            detections?: string[];
            /** @description Id of the burst that this detection folds into; nobody is told of it by itself any more. */
            burst?: string;
            severity: components["schemas"]["Severity"];
            score: number;
            /** @description Made before enough was known of the user. */
            isLearning: boolean;
            /** @description What would have kept it silent: the smallest sets of terms of its reasons without which, had they been usual, no alert would have been raised; the lightest first, three at most. Of the session that its reasons are of. In the answer of one detection alone; absent where it is withdrawn, of several users, or of before it was kept what it rests on. */
            silentWithout?: string[][];
            /** @description The known user whose key differs from this new one in accents and marks alone, as whom it was judged as well. */
            looksLike?: string;
            /** @description Of imported history; nobody is told of it. */
            isImported?: boolean;
            /** @description Its records were held up by our own backlog. */
            isLate?: boolean;
            status: components["schemas"]["DetectionStatus"];
            /** @description Counts corrections; absent when there was none. */
            revision?: number;
            correction?: components["schemas"]["Correction"];
            sessionEnd?: components["schemas"]["DetectionSessionEnd"];
            classification?: components["schemas"]["Classification"];
            /** @description Who looks after it. */
            owner?: string;
            triage?: components["schemas"]["Triage"];
            firstSeen: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
            sessionCount: number;
            /** @description Ids of activities. */
            sessions: string[];
            gateway: string;
            /** @description Absent: the gateway sent none. */
            clientAddress?: string;
            place: components["schemas"]["DetectionPlace"];
            network?: components["schemas"]["Network"];
            device?: components["schemas"]["Device"];
            /** @description Heaviest first. */
            reasons: components["schemas"]["Reason"][];
            techniques: components["schemas"]["Technique"][];
        };
        ListedDetection: components["schemas"]["Detection"] & {
            /** @description Entity tag that a change of it names, in If-Match or beside its id. */
            etag: string;
        };
        DetectionsPatch: {
            items: {
                id: string;
                /** @description Of the list or of the detection. */
                etag: string;
            }[];
            change: components["schemas"]["TriagePatch"];
        };
        DetectionResults: {
            items: components["schemas"]["DetectionResult"][];
        };
        DetectionResult: {
            id: string;
            /**
             * @description Whatever is not `changed` was left as it is; `failed` and `not-tried` may be sent again.
             * @enum {string}
             */
            result: "changed" | "version-conflict" | "not-found" | "malformed" | "failed" | "not-tried";
            /** @description What is malformed. */
            detail?: string;
            /** @description As it stands now, with the entity tag of that. */
            detection?: components["schemas"]["ListedDetection"];
        };
        Related: {
            address?: components["schemas"]["RelatedDetections"];
            network?: components["schemas"]["RelatedDetections"];
            device?: components["schemas"]["RelatedDetections"];
            /** @description Absent where it stands alone. */
            case?: {
                id: string;
                title: string;
            };
            from: components["schemas"]["Time"];
            /** @description False: each total is "at least". */
            isComplete: boolean;
            attribution: components["schemas"]["Attribution"];
        };
        /** @description Absent where the detection has none of the kind. */
        RelatedDetections: {
            /** @description Other detections. */
            total: number;
            items: components["schemas"]["ListedDetection"][];
        };
        DetectionCounts: {
            from: components["schemas"]["Time"];
            to: components["schemas"]["Time"];
            /** @description Detections that suit all filters; a lower bound unless it is complete. */
            total: number;
            isComplete: boolean;
            /** @description Of a range that is not complete, since when all are counted. */
            completeSince?: components["schemas"]["Time"];
            facets: {
                status: components["schemas"]["Facet"];
                severity: components["schemas"]["Facet"];
                classification: components["schemas"]["Facet"];
                country: components["schemas"]["Facet"];
                asn: components["schemas"]["Facet"];
                gateway: components["schemas"]["Facet"];
                kind: components["schemas"]["Facet"];
                owner: components["schemas"]["Facet"];
            };
            /** @description By day (UTC) of the first session, from the first day of the range. */
            trend: {
                day: string;
                low: number;
                medium: number;
                high: number;
            }[];
            /** @description Of what the filters but `status` and `classification` leave. */
            classified: {
                benign: number;
                malicious: number;
                /** @description From the first session to the first classification, on average; imported history is left out. */
                meanSeconds?: number;
                /** @description Of those classified, the false alerts. */
                benignShare?: number;
            };
        };
        Facet: {
            /** @description Most first, 50 at most; each value may be sent as the parameter of the facet's name. */
            values: {
                /** @description `none` for those without one. */
                value: string;
                count: number;
                /** @description A name for people where there is one. */
                label?: string;
            }[];
            /** @description Of those with values that are not listed. */
            others: number;
        };
        Case: {
            /** @description From what is shared and its first window; late records may move it, and the old one redirects. */
            id: string;
            /** @example 5 accounts from AS7303 within 40 minutes */
            title: string;
            /**
             * @description What most of its detections share; `split` is what an analyst took out of another case.
             * @enum {string}
             */
            kind: "burst" | "address" | "network" | "device" | "place" | "split";
            /** @description That all of them name. */
            address?: string;
            /** @description That all of them name. */
            asn?: number;
            /** @description The name of that network. */
            network?: string;
            /** @description That most of them share, of the kind `device`. */
            device?: {
                key: string;
                name: string;
            };
            /** @description That most of them share, of the kind `place`. */
            place?: {
                key: string;
                label: string;
            };
            severity: components["schemas"]["Severity"];
            /** @description Of the worst of them. */
            score: number;
            /** @enum {string} */
            status: "new" | "in-progress" | "resolved";
            /**
             * @description Of all of them.
             * @enum {string}
             */
            classification?: "benign" | "malicious";
            /** @description Who looks after it, by the id of /v1/me. */
            owner?: string;
            users: number;
            /** @description By time. */
            detections: string[];
            countries: string[];
            firstSeen: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
            /** @description The case that it was split off. */
            splitFrom?: string;
            splitAt?: components["schemas"]["Time"];
            splitBy?: string;
            /** @description What a change of the case must name in If-Match. */
            decisionTag: string;
            /** @description False: there were more detections around it than one question looks at. */
            isComplete: boolean;
        };
        CaseAnswer: components["schemas"]["Case"] & {
            items: components["schemas"]["ListedDetection"][];
            attribution: components["schemas"]["Attribution"];
        };
        CasePatch: {
            /** @description Who looks after it; `me` is the caller, null nobody. */
            owner?: string | null;
            /** @description Detections that are no part of it; an empty list takes the split back that made this case. */
            split?: string[];
        };
        NewComment: {
            text: string;
        };
        Comment: {
            id: string;
            at: components["schemas"]["Time"];
            /** @description Who wrote it, by the id of /v1/me. */
            by: string;
            text: string;
        };
        Me: {
            /** @description What `by` and `owner` name; an id, not a name. */
            id: string;
            /** @description The name that the token gives. */
            name?: string;
            /** @enum {string} */
            role: "analyst" | "responder" | "admin";
            actions: {
                /** @enum {string} */
                action: "classify-detections" | "end-sessions" | "change-settings" | "manage-relays" | "erase-users" | "read-audit";
                isAllowed: boolean;
                /**
                 * @description The least role that may.
                 * @enum {string}
                 */
                needs: "analyst" | "responder" | "admin";
            }[];
        };
        DetectionAnswer: components["schemas"]["Detection"] & {
            attribution: components["schemas"]["Attribution"];
        };
        DetectionPlace: {
            key: string;
            label: string;
            lat?: number;
            lon?: number;
            radiusKm?: number;
        };
        Reason: {
            /** @description Id of the term (docs/detection.md). */
            term: string;
            /** @description Nats; negative weights mitigate. */
            weight: number;
            text: string;
            /** @description Every number the text states and those it was computed from. */
            numbers: {
                [key: string]: number;
            };
        };
        /** @description What a detection rests on, as of the judgement that gave its reasons. */
        Basis: {
            user: string;
            detection: string;
            severity: string;
            /** @description 100 / (1 + exp(-(nats - 2.6) / 2)), rounded. */
            score: number;
            isLearning: boolean;
            /** @description Why nothing more is known, in words; then the reasons have their texts alone. */
            note?: string;
            /**
             * Format: date-time
             * @description The time that was judged.
             */
            at?: string;
            /** @description The score; the sum of the weights. */
            nats?: number;
            /** @description The score from which on an alert is raised, nats. */
            threshold?: number;
            gate?: {
                daysSinceFirst: number;
                sessionsInMonth: number;
            };
            /** @description What the organisation's counts come from. */
            organisation?: {
                users: number;
                days: number;
                sessions: number;
            };
            reasons: {
                term: string;
                text: string;
                /** @description Which of the formulas of the term: docs/detection.md, "Recomputing a detection". */
                aspect?: string;
                /** @description Nats, unrounded. */
                weight?: number;
                /** @description What the weight was computed from, unrounded. */
                inputs?: {
                    [key: string]: number;
                };
                /** @description The numbers of the reason, as the detection shows them. */
                numbers?: {
                    [key: string]: number;
                };
            }[];
        };
        PreviewCount: {
            alerts: number;
            perDay: number;
        };
        PreviewDifference: {
            alerts: number;
            /** @description The first session of each, the newest first; 50 at most. */
            items: {
                user: string;
                /** Format: date-time */
                at: string;
                /** @description Key of the place, such as FR/Île-de-France/Paris. */
                place: string;
                /** @description Its score, where the organisation lies included. */
                nats: number;
            }[];
        };
        SensitivityPreview: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description 30, or since near misses are kept. */
            days: number;
            current: components["schemas"]["PreviewCount"];
            asked: components["schemas"]["PreviewCount"];
            more: components["schemas"]["PreviewDifference"];
            fewer: components["schemas"]["PreviewDifference"];
            /** @description The numbers are no exact counts: more is asked about than is kept (above 20 alerts per 1,000 users per day), or a day had more than 1,000 near misses. */
            isAbout: boolean;
        };
        KnownWeight: {
            key: string;
            /** @description Sessions, faded by half in 14 days. */
            weight: number;
        };
        /** @description What is learned of a user by now. */
        Learned: {
            user: string;
            /** Format: date-time */
            at: string;
            /** @description All sessions, by their faded weight. */
            sessions: number;
            places: components["schemas"]["KnownWeight"][];
            networks: components["schemas"]["KnownWeight"][];
            addresses: components["schemas"]["KnownWeight"][];
            devices: components["schemas"]["KnownWeight"][];
            gateways: components["schemas"]["KnownWeight"][];
            /** @description By question: how often it was asked, and answered "new", faded by half in 45 days. */
            novelty: {
                [key: string]: {
                    asked: number;
                    fresh: number;
                };
            };
            /** Format: date-time */
            tripSince?: string;
        };
        /** @description Of MITRE ATT&CK. */
        Technique: {
            id: string;
            name: string;
            tactics: string[];
        };
        TriagePatch: {
            status?: components["schemas"]["TriageStatus"];
            /** @enum {string|null} */
            classification?: "benign" | "malicious" | null;
            note?: string | null;
            /** @description Who looks after it: an id, or `me`. */
            owner?: string | null;
            /**
             * Format: date-time
             * @description Until when the place, network or device counts as usual; default 90 days, at most 366.
             */
            benignUntil?: string | null;
        };
        TriageChange: {
            at: components["schemas"]["Time"];
            /** @description Who decided. */
            by: string;
            status: components["schemas"]["TriageStatus"];
            classification?: components["schemas"]["Classification"];
            note?: string;
            owner?: string;
            benignUntil?: components["schemas"]["Time"];
        };
        /** @description What analysts decided last, and before. */
        Triage: components["schemas"]["TriageChange"] & {
            history: components["schemas"]["TriageChange"][];
        };
        DeviceProfile: components["schemas"]["Device"] & {
            firstSeen: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
            users: components["schemas"]["UserTally"][];
            locations: components["schemas"]["LocationTally"][];
            detections: components["schemas"]["Detection"][];
            attribution: components["schemas"]["Attribution"];
        };
        CellUser: {
            user: string;
            place: string;
            firstSeen: components["schemas"]["Time"];
            /** @description Absent where the user's profile does not hold the place any more. */
            lastSeen?: components["schemas"]["Time"];
            /** @description Absent likewise. */
            sessions?: number;
        };
        Timeline: {
            /** @description Days on which sessions began: whole days, those of both ends of the range among them. */
            days: components["schemas"]["TimelineDay"][];
            /** @description Of all days together. */
            sessions: number;
            /** @description False: days of long ago were not counted when their sessions ended, and are more than can be read. */
            isComplete: boolean;
            attribution: components["schemas"]["Attribution"];
        };
        TimelineDay: {
            /** @description A UTC day. */
            date: string;
            /** @description Sessions that began on it. */
            sessions: number;
            /** @description How long they lasted in all. */
            seconds: number;
            /** @description Where they began, most first, at most 8. */
            places: components["schemas"]["TimelinePlace"][];
        };
        TimelinePlace: {
            /** @description The key of the place. */
            place: string;
            sessions: number;
        };
        SearchResult: {
            groups: components["schemas"]["SearchGroup"][];
            /** @description False: something that may match could not be looked through. */
            isComplete: boolean;
            attribution: components["schemas"]["Attribution"];
        };
        SearchGroup: {
            /** @enum {string} */
            kind: "user" | "address" | "network" | "device" | "place" | "gateway" | "session" | "detection";
            /** @description How many match; a lower bound unless it is complete. */
            total: number;
            isTotalComplete: boolean;
            items: components["schemas"]["SearchHit"][];
        };
        SearchHit: {
            /** @description What leads to it: a user key, an address, an AS number, a device key, a cell, a gateway, the id of an activity or detection. */
            key: string;
            /** @description What to show. */
            label: string;
            /** @description What to show beside it. */
            detail?: string;
            /** @description Whose session or detection it is. */
            user?: string;
        };
        Origin: {
            /** @description Users who came from there; exact up to 1,000, else a lower bound. */
            users: number;
            isUsersComplete: boolean;
            firstSeen: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
            /** @description Sessions from there; a lower bound unless it is complete. */
            sessions: number;
            isSessionsComplete: boolean;
            /** @description Detections that name it, newest first, at most 25. */
            detections: components["schemas"]["Detection"][];
            isDetectionsComplete: boolean;
            /**
             * @description How items are sorted: by who came last, or, of more than 1,000, by name.
             * @enum {string}
             */
            order: "last-seen" | "user";
            items: components["schemas"]["OriginUser"][];
            /** @description The cursor of the next page; absent on the last. */
            next?: string;
            attribution: components["schemas"]["Attribution"];
        };
        OriginUser: {
            user: string;
            firstSeen: components["schemas"]["Time"];
            lastSeen: components["schemas"]["Time"];
            sessions: number;
            /** @description How many of the detections that name it are of this user; a lower bound unless they are complete. */
            detections: number;
        };
        AddressOrigin: components["schemas"]["Origin"] & {
            /** @description The canonical text of the address that was asked for. */
            address: string;
            /** @description What is counted: the address, or the /64 of an IPv6 address. */
            block: string;
            location?: components["schemas"]["Location"];
            network?: components["schemas"]["Network"];
        };
        NetworkOrigin: components["schemas"]["Origin"] & {
            network?: components["schemas"]["Network"];
        };
        Summary: {
            /** @description Users known; a lower bound unless it is complete. */
            users: number;
            isUsersComplete: boolean;
            detections: {
                low: number;
                medium: number;
                high: number;
            };
            /** @description Of them, those that nobody has looked at. */
            detectionsNew: number;
            isDetectionsComplete: boolean;
            detectionsSince: components["schemas"]["Time"];
            live: components["schemas"]["Live"];
            attribution: components["schemas"]["Attribution"];
        };
        /** @description Who is connected now, at most half a minute old (`/v1/sessions/open` lists them). When not complete, there are at least so many. */
        Live: {
            openSessions: number;
            /** @description Sessions without an end that have lately fallen silent. */
            silentSessions: number;
            /** @description Users with an open session. */
            usersConnected: number;
            /** @description Of them, those connected from two places that are far apart. */
            usersAtTwoPlaces: number;
            isComplete: boolean;
            /** @description Where users were connected from in the last 24 hours, most users first; 50 at most. */
            places: components["schemas"]["LivePlace"][];
            /** @description How many more places there are. */
            otherPlaces: number;
        };
        LivePlace: {
            key: string;
            label: string;
            lat?: number;
            lon?: number;
            radiusKm?: number;
            cell?: string;
            users: number;
        };
        Erasure: {
            /** @description The user as a keyed hash, as in the audit. */
            subject: string;
            /** @description How many rows were erased. */
            rows: number;
        };
        /** @description A key as people compare it. */
        Fingerprint: {
            sha256: string;
            /** @description Six words; the same on both sides. */
            words: string;
        };
        /** @description A secret that is set. Equal secrets have equal fingerprints; they say nothing else. */
        SecretMark: {
            fingerprint: string;
        };
        Gateway: {
            name: string;
            /** @description Where its packets come from: addresses or CIDR blocks. */
            addresses: string[];
            /** @description Fixes how its packets are read, for example `cisco-asa`. */
            vendor?: string;
            /** @description Packets come from a RADIUS proxy; the gateway is the one they name. */
            behindProxy?: boolean;
            requireMessageAuthenticator?: boolean;
        };
        /** @description A gateway with its secrets as fingerprints. */
        GatewayShown: components["schemas"]["Gateway"] & {
            secret?: components["schemas"]["SecretMark"];
            nextSecret?: components["schemas"]["SecretMark"];
        };
        /** @description A gateway as a change names it. */
        GatewayChange: components["schemas"]["Gateway"] & {
            secret?: components["schemas"]["SecretChange"];
            nextSecret?: components["schemas"]["SecretChange"] | null;
            promoteNextSecret?: boolean;
        };
        /** @description A new secret as text, or the mark that GET showed, which means as it is. */
        SecretChange: string | components["schemas"]["SecretMark"];
        Domains: {
            /** @description NetBIOS name to DNS name. */
            netbios: {
                [key: string]: string;
            };
            /** @description Of accounts without a domain. */
            defaultDomain?: string;
        };
        /** @description A place of the organisation's own: an office whose address is registered elsewhere, a network of private addresses. It wins over the location data; where networks lie in each other, the narrower one decides. */
        Site: {
            name: string;
            networks: string[];
            country: string;
            city?: string;
            lat: number;
            lon: number;
        };
        DetectionSettings: {
            /** @enum {string} */
            sensitivity?: "low" | "normal" | "high";
            /** @description Wins over sensitivity. */
            alertsPerThousandPerDay?: number;
            /** @description Nothing alerts while a profile is learned, not even hard evidence. */
            strictGate?: boolean;
        };
        Settings: {
            /** @description RADIUS accounting on or off; off closes the ports of all relays. */
            enabled: boolean;
            gateways: components["schemas"]["GatewayShown"][];
            domains: components["schemas"]["Domains"];
            detection?: components["schemas"]["DetectionSettings"];
            sessions?: components["schemas"]["SessionSettings"];
            sites?: components["schemas"]["Site"][];
            accountLinks?: components["schemas"]["AccountLink"][];
        };
        /** @description Where an account is disabled, such as a directory's administration or a form for tickets. */
        AccountLink: {
            name: string;
            /** @description https. In the settings `{user}` and `{account}`, behind the host, stand for the name; in a profile they are filled in. */
            url: string;
        };
        /** @description What ends a session that no record ends. */
        SessionSettings: {
            /**
             * @description A session of a gateway that sends no interims reads as silent after so long.
             * @default 24
             */
            maxHoursWithoutInterims: number;
        };
        SettingsChange: {
            enabled: boolean;
            gateways: components["schemas"]["GatewayChange"][];
            domains: components["schemas"]["Domains"];
            detection?: components["schemas"]["DetectionSettings"];
            sessions?: components["schemas"]["SessionSettings"];
            sites?: components["schemas"]["Site"][];
            accountLinks?: components["schemas"]["AccountLink"][];
        };
        RelayName: string;
        NewRelay: {
            name: components["schemas"]["RelayName"];
        };
        RelayToken: {
            relayId: string;
            /** @description Give it to the command on standard input. */
            token: string;
            validUntil: components["schemas"]["Time"];
            url: string;
            /** @description What to type where the relay runs; it asks for the token. */
            command: string;
            cloudKey: components["schemas"]["Fingerprint"];
        };
        Revocation: {
            relayId: string;
            revokedKeys: string[];
            effectiveBy: components["schemas"]["Time"];
            secretsKnown: components["schemas"]["KnownSecret"][];
            advice: string;
        };
        KnownSecret: {
            gateway: string;
            fingerprint: string;
        };
        RelayList: {
            items: components["schemas"]["Relay"][];
            cloudKey: components["schemas"]["Fingerprint"];
        };
        RelayKey: {
            keyId: string;
            fingerprint: components["schemas"]["Fingerprint"];
            /** @enum {string} */
            algorithm: "ed25519" | "ecdsa-p256-sha256";
            /** @description False: let in by its public key alone, so nothing can be encrypted to it. */
            takesSettings: boolean;
            registeredAt: components["schemas"]["Time"];
            /** @description A newer pair took its place; both work until then. */
            retiresAt?: components["schemas"]["Time"];
        };
        /** @description Something that is wrong now (docs/wire-format.md, "Health report"). */
        RelayCondition: {
            code: string;
            since: components["schemas"]["Time"];
            gateway?: string;
            detail?: string;
        };
        Relay: {
            relayId: string;
            /**
             * @description expired: its token was not used in time.
             * @enum {string}
             */
            state: "waiting" | "expired" | "enrolled" | "revoked";
            createdAt?: components["schemas"]["Time"];
            tokenValidUntil?: components["schemas"]["Time"];
            revokedAt?: components["schemas"]["Time"];
            keys: components["schemas"]["RelayKey"][];
            lastContact?: components["schemas"]["Time"];
            lastBatch?: components["schemas"]["Time"];
            coverage?: components["schemas"]["Coverage"];
            health?: components["schemas"]["RelayHealth"];
            conditions: components["schemas"]["RelayCondition"][];
            isHealthy: boolean;
        };
        /** @description Which journal positions were processed; a hole is a record that has not come yet. */
        Coverage: {
            coveredTo: number;
            highest: number;
            missing: number;
            holes: components["schemas"]["Hole"][];
            epoch: number;
            sequence: number;
        };
        Hole: {
            first: number;
            last: number;
            since: components["schemas"]["Time"];
        };
        /** @description The newest report of the relay itself. */
        RelayHealth: {
            receivedAt: components["schemas"]["Time"];
            startedAt: components["schemas"]["Time"];
            software: components["schemas"]["RelaySoftware"];
            settings: components["schemas"]["RelaySettingsState"];
            journal: components["schemas"]["RelayJournal"];
            /** @description Every acknowledged record is shipped or accounted for. */
            isBalanced: boolean;
            gateways: (components["schemas"]["GatewayCounts"] & {
                lastPacket?: components["schemas"]["Time"];
            })[];
        };
        RelaySoftware: {
            version: string;
            node: string;
            platform: string;
            isFips: boolean;
        };
        RelaySettingsState: {
            /** @description Of the settings in force; absent: none of the cloud's. */
            version?: number;
            /** @enum {string} */
            source: "cloud" | "copy" | "local";
            isEnabled: boolean;
            /** @description What the relay's own file overrides. */
            overrides: string[];
        };
        RelayJournal: {
            waitingRecords: number;
            oldestWaitingSeconds?: number;
            freeBytes: number;
            quarantinedRecords: number;
        };
        GatewayCounts: {
            name: string;
            packetsPerMinute?: number;
            refusedPackets?: number;
            /** @description The gateway's clock less the relay's; absent: it is right, as far as is known. */
            clockOffsetSeconds?: number;
            /** @description Records since the relay's start that were not dated by their own Event-Timestamp as it stands. */
            clockSuspects?: number;
        };
        BatchReceipt: {
            batchId: string;
            /** @description The same batch was taken before. */
            isRepeat: boolean;
            /** @description An order waits for this relay, or somebody is about to give one. */
            isOrderWaiting?: boolean;
        };
        /** @description A JWS in compact form (RFC 7515; docs/wire-format.md, "Relay control"). */
        SignedDocument: string;
        /** @description A public key as a JWK (RFC 7517). */
        PublicKey: {
            /** @enum {string} */
            kty: "OKP" | "EC";
            /** @enum {string} */
            crv: "Ed25519" | "X25519" | "P-256";
            x: string;
            y?: string;
        };
        EnrolRequest: {
            /** @constant */
            version: 1;
            tokenId: string;
            proof: string;
            signingKey: components["schemas"]["PublicKey"];
            agreementKey: components["schemas"]["PublicKey"];
            software: components["schemas"]["RelaySoftware"];
        };
        KeysRequest: {
            /**
             * @description Version 1 is answered only when it repeats a rotation that was made.
             * @enum {integer}
             */
            version: 1 | 2;
            proof: string;
            signingKey: components["schemas"]["PublicKey"];
            agreementKey: components["schemas"]["PublicKey"];
            /** @description The answer to the challenge; absent asks for one. */
            possession?: {
                expiresAt: components["schemas"]["UnixMs"];
                mac: string;
            };
        };
        /** @description Milliseconds since 1970. */
        UnixMs: number;
        HealthReport: {
            /** @constant */
            version: 1;
            time: components["schemas"]["UnixMs"];
            startedAt: components["schemas"]["UnixMs"];
            software: components["schemas"]["RelaySoftware"];
            settings: components["schemas"]["RelaySettingsState"];
            journal: components["schemas"]["RelayJournal"];
            isBalanced: boolean;
            gateways: (components["schemas"]["GatewayCounts"] & {
                lastPacketAt?: components["schemas"]["UnixMs"];
            })[];
            /** @description Gateways that the relay's own file lets it ask to end a session. */
            disconnect?: {
                gateway: string;
                form: string;
                /** @enum {string} */
                ends: "session" | "name";
                perHour: number;
            }[];
            /** @description The kill switch of the relay's file is on. */
            isDisconnectOff?: boolean;
            conditions: {
                code: string;
                since: components["schemas"]["UnixMs"];
                gateway?: string;
                detail?: string;
            }[];
        };
        HealthReceipt: {
            /** @description Of the settings that the relay should have. */
            settingsVersion: number;
            isOrderWaiting?: boolean;
        };
    };
    responses: {
        /** @description The file. It names itself in Content-Disposition. */
        File: {
            headers: {
                ETag: components["headers"]["ETag"];
                "Content-Disposition": components["headers"]["Content-Disposition"];
                Link: components["headers"]["Link"];
                [name: string]: unknown;
            };
            content: {
                "text/csv": string;
                "application/x-ndjson": string;
                "text/plain": string;
            };
        };
        /** @description Unchanged since the entity tag of If-None-Match. */
        NotModified: {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description A parameter is not acceptable (`invalid-parameter`, `invalid-cursor`); `errors` names it. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No token, or none that is valid. The gateway's own answer. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description The signature, the enrolment token or the key is refused (`seal-invalid`, `token-invalid`, `relay-revoked`). */
        SealRefused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller is not in the group that this takes (`forbidden`). */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Nothing of this name is kept (`not-found`). */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It clashes with what there is (`batch-conflict`, `relay-exists`, `key-refused`, `no-agreement-key`, `upgrade-needed`, `not-possible`, `too-many`). */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It was changed since it was read (`version-conflict`). */
        VersionConflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is over a bound (`too-large`). */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is no JSON by its type (`not-json`). */
        NotJson: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not what this path takes (`malformed`, `invalid-settings`); `errors` names places. */
        Unprocessable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description If-Match is missing (`version-required`). */
        VersionRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Over the rate of the gateway, whose own answer this is. */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description The request could not be served (`internal-error`); the fault was logged. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
        /** @description The relay is newer than the cloud (`unsupported-version`). */
        UnsupportedVersion: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A table or the queue is busy (`unavailable`); try again after the seconds of Retry-After. */
        Unavailable: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
                "application/json": components["schemas"]["GatewayMessage"];
            };
        };
    };
    parameters: {
        /** @description What the key or name begins with; absent or empty lists all. */
        search: string;
        /** @description Any part of a place's key, such as `FR/` or `lyon`; case and accents make no difference. Absent or empty lists all. */
        placeSearch: string;
        /** @description By key, or by how many detections of the range (`from`, `to`) name the user first. By detections every user is listed, those without one too, and the page says how many there are. */
        userSort: "name" | "detections";
        /** @description By key, or by how many detections of the range (`from`, `to`) are of the device; then every device is listed as well. */
        deviceSort: "key" | "detections";
        /** @description By key (country, region, city), by detections of the range, or by users of the last 24 hours. */
        placeSort: "name" | "detections" | "today";
        /** @description By name or key ascending by default; by a number descending. */
        nameOrder: "asc" | "desc";
        placeLimit: number;
        /** @description Any part of a user's name, of a device, place, gateway, network, session id or AS number; an address, the beginning of one (`181.15`, `2001:db8:`), a block (`181.15.0.0/16`); a detection's id or its beginning. Case and accents make no difference. Spaces count. */
        searchText: string;
        /** @description Results of each kind. */
        searchLimit: number;
        /** @description `csv`; `ndjson` (the items of the JSON list, one a line); `ocsf` (OCSF 1.6.0 Detection Findings or Tunnel Activities, one a line); `ecs` (Elastic Common Schema, one a line); `cef` (CEF lines). */
        format: "csv" | "ndjson" | "ocsf" | "ecs" | "cef";
        /** @description One or more, by comma or repeated. */
        severity: ("low" | "medium" | "high")[];
        /** @description One or more, by comma or repeated; without it, all but `withdrawn`. */
        status: components["schemas"]["DetectionStatus"][];
        /** @description One or more, by comma or repeated; `none` for those without. */
        detectionClassification: ("benign" | "malicious" | "none")[];
        /** @description One or more, by comma or repeated. */
        detectionKind: ("abnormal-vpn-connection" | "connection-burst")[];
        /** @description Users by their whole key. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
        detectionUser: string;
        /** @description Who looks after them, by id; `none` for those of nobody. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
        detectionOwner: string;
        /** @description Client addresses, one or more by comma or repeated; `none` for those without. */
        detectionAddress: string;
        /** @description Networks by AS number, as AS7303 or 7303, one or more by comma or repeated; `none` for those without. */
        detectionAsn: string;
        /** @description Countries, ISO 3166-1 alpha-2, one or more by comma or repeated; `none` for those without. */
        detectionCountry: string;
        /** @description Places by the `key` of a location. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
        detectionPlace: string;
        /** @description Devices by their key; `none` for those without. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
        detectionDevice: string;
        /** @description Gateways by their id. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
        detectionGateway: string;
        /** @description The least score. */
        detectionScoreMin: number;
        /** @description What the list is sorted by: the time of the first session, the severity (then the score), the score, or the user. Of a range of more than 10,000 detections the newest are sorted. */
        detectionSort: "time" | "severity" | "score" | "user";
        /** @description Descending by default; by user ascending. */
        detectionOrder: "asc" | "desc";
        /** @description Who did it, by id (`/v1/me`), one or more by comma or repeated. */
        auditActor: string;
        /** @description What was done, one or more by comma or repeated. */
        auditAction: components["schemas"]["AuditAction"][];
        /** @description The VPN user it is about, by key. Who was erased is found no more. */
        auditUser: string;
        /** @description `csv`, or `ndjson` (the items of the JSON list, one a line). */
        auditFormat: "csv" | "ndjson";
        /** @description Gateways by their id, one or more by comma. */
        openGateway: string;
        /** @description Countries that sessions come from, ISO 3166-1 alpha-2, one or more by comma. */
        openCountry: string;
        /** @description Networks by AS number, as AS7303 or 7303, one or more by comma. */
        openAsn: string;
        /** @description A place, by the `key` of a location. */
        openPlace: string;
        /** @description A part of the user's key. */
        openUser: string;
        /** @description `open` (default), `silent` or both by comma. Silent is a session without an end of which nothing has been heard for three of its gateway's interim periods, or, without interims, for the longest time it may last; it is listed for a day. */
        openState: ("open" | "silent")[];
        /** @description `newest` start first (default), `oldest`, or `two-places`: sessions of users who are connected from two places that are far apart, the farthest first. */
        openOrder: "newest" | "oldest" | "two-places";
        /** @description Rows of a page. */
        limit: number;
        /** @description Rows of a file; the Link header leads to the rest. */
        fileLimit: number;
        /** @description The `next` of the page before; made for this path and these parameters only. */
        cursor: string;
        /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
        user: string;
        /** @description The id of the case, or one that it had before. */
        caseId: string;
        /** @description One or several by comma. A case is open as long as one of its detections is. */
        caseStatus: ("new" | "in-progress" | "resolved")[];
        /** @description The id of a detection; the range is around it then. */
        caseDetection: string;
        /** @description By the first detection, newest first, or by the worst one. */
        caseSort: "time" | "severity";
        caseFormat: "markdown" | "ocsf";
        /** @description The id of the detection. */
        detectionId: string;
        /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
        from: string;
        /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
        to: string;
        /** @description Entity tags the client has; one that still holds is answered 304. */
        ifNoneMatch: string;
        /** @description Entity tag of the state that the change was made on. */
        ifMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description Entity tag of the answer (RFC 9110 section 8.8), for `If-None-Match` and `If-Match`. */
        ETag: string;
        /** @description Seconds to wait before the next attempt; absent when the gateway answered for a function. */
        "Retry-After": string;
        /** @description An attachment with a file name. */
        "Content-Disposition": string;
        /** @description Where more follows: `<?...>; rel="next"` (RFC 8288), relative to the address asked. */
        Link: string;
    };
    pathItems: never;
}
export type Problem = components['schemas']['Problem'];
export type ProblemPlace = components['schemas']['ProblemPlace'];
export type GatewayMessage = components['schemas']['GatewayMessage'];
export type List = components['schemas']['List'];
export type UserPage = components['schemas']['UserPage'];
export type ByDetections = components['schemas']['ByDetections'];
export type DetectionCount = components['schemas']['DetectionCount'];
export type PlacePage = components['schemas']['PlacePage'];
export type PlaceRow = components['schemas']['PlaceRow'];
export type ActivityPage = components['schemas']['ActivityPage'];
export type DetectionPage = components['schemas']['DetectionPage'];
export type CasePage = components['schemas']['CasePage'];
export type CommentPage = components['schemas']['CommentPage'];
export type AuditPage = components['schemas']['AuditPage'];
export type AuditAction = components['schemas']['AuditAction'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type DevicePage = components['schemas']['DevicePage'];
export type CellUserPage = components['schemas']['CellUserPage'];
export type Attribution = components['schemas']['Attribution'];
export type Time = components['schemas']['Time'];
export type UserRow = components['schemas']['UserRow'];
export type UserKind = components['schemas']['UserKind'];
export type Network = components['schemas']['Network'];
export type Location = components['schemas']['Location'];
export type Tally = components['schemas']['Tally'];
export type Share = components['schemas']['Share'];
export type Device = components['schemas']['Device'];
export type PlaceTally = components['schemas']['PlaceTally'];
export type Area = components['schemas']['Area'];
export type AddressTally = components['schemas']['AddressTally'];
export type NetworkTally = components['schemas']['NetworkTally'];
export type DeviceTally = components['schemas']['DeviceTally'];
export type GatewayTally = components['schemas']['GatewayTally'];
export type UserTally = components['schemas']['UserTally'];
export type LocationTally = components['schemas']['LocationTally'];
export type Profile = components['schemas']['Profile'];
export type Learning = components['schemas']['Learning'];
export type Activity = components['schemas']['Activity'];
export type OpenSession = components['schemas']['OpenSession'];
export type OpenSessionPage = components['schemas']['OpenSessionPage'];
export type OpenSessionCounts = components['schemas']['OpenSessionCounts'];
export type EndingSession = components['schemas']['EndingSession'];
export type SessionEndQuestion = components['schemas']['SessionEndQuestion'];
export type SessionEndPlan = components['schemas']['SessionEndPlan'];
export type SessionEndOrder = components['schemas']['SessionEndOrder'];
export type SessionEndStep = components['schemas']['SessionEndStep'];
export type DetectionSessionEnd = components['schemas']['DetectionSessionEnd'];
export type SessionEndState = components['schemas']['SessionEndState'];
export type SessionEnd = components['schemas']['SessionEnd'];
export type ExpectedKind = components['schemas']['ExpectedKind'];
export type ExpectedStatement = components['schemas']['ExpectedStatement'];
export type Expected = components['schemas']['Expected'];
export type ExpectedList = components['schemas']['ExpectedList'];
export type SessionEndList = components['schemas']['SessionEndList'];
export type OrderReports = components['schemas']['OrderReports'];
export type OrderReceipt = components['schemas']['OrderReceipt'];
export type Octets = components['schemas']['Octets'];
export type Sighting = components['schemas']['Sighting'];
export type Severity = components['schemas']['Severity'];
export type TriageStatus = components['schemas']['TriageStatus'];
export type DetectionStatus = components['schemas']['DetectionStatus'];
export type Correction = components['schemas']['Correction'];
export type Classification = components['schemas']['Classification'];
export type Detection = components['schemas']['Detection'];
export type ListedDetection = components['schemas']['ListedDetection'];
export type DetectionsPatch = components['schemas']['DetectionsPatch'];
export type DetectionResults = components['schemas']['DetectionResults'];
export type DetectionResult = components['schemas']['DetectionResult'];
export type Related = components['schemas']['Related'];
export type RelatedDetections = components['schemas']['RelatedDetections'];
export type DetectionCounts = components['schemas']['DetectionCounts'];
export type Facet = components['schemas']['Facet'];
export type Case = components['schemas']['Case'];
export type CaseAnswer = components['schemas']['CaseAnswer'];
export type CasePatch = components['schemas']['CasePatch'];
export type NewComment = components['schemas']['NewComment'];
export type Comment = components['schemas']['Comment'];
export type Me = components['schemas']['Me'];
export type DetectionAnswer = components['schemas']['DetectionAnswer'];
export type DetectionPlace = components['schemas']['DetectionPlace'];
export type Reason = components['schemas']['Reason'];
export type Basis = components['schemas']['Basis'];
export type PreviewCount = components['schemas']['PreviewCount'];
export type PreviewDifference = components['schemas']['PreviewDifference'];
export type SensitivityPreview = components['schemas']['SensitivityPreview'];
export type KnownWeight = components['schemas']['KnownWeight'];
export type Learned = components['schemas']['Learned'];
export type Technique = components['schemas']['Technique'];
export type TriagePatch = components['schemas']['TriagePatch'];
export type TriageChange = components['schemas']['TriageChange'];
export type Triage = components['schemas']['Triage'];
export type DeviceProfile = components['schemas']['DeviceProfile'];
export type CellUser = components['schemas']['CellUser'];
export type Timeline = components['schemas']['Timeline'];
export type TimelineDay = components['schemas']['TimelineDay'];
export type TimelinePlace = components['schemas']['TimelinePlace'];
export type SearchResult = components['schemas']['SearchResult'];
export type SearchGroup = components['schemas']['SearchGroup'];
export type SearchHit = components['schemas']['SearchHit'];
export type Origin = components['schemas']['Origin'];
export type OriginUser = components['schemas']['OriginUser'];
export type AddressOrigin = components['schemas']['AddressOrigin'];
export type NetworkOrigin = components['schemas']['NetworkOrigin'];
export type Summary = components['schemas']['Summary'];
export type Live = components['schemas']['Live'];
export type LivePlace = components['schemas']['LivePlace'];
export type Erasure = components['schemas']['Erasure'];
export type Fingerprint = components['schemas']['Fingerprint'];
export type SecretMark = components['schemas']['SecretMark'];
export type Gateway = components['schemas']['Gateway'];
export type GatewayShown = components['schemas']['GatewayShown'];
export type GatewayChange = components['schemas']['GatewayChange'];
export type SecretChange = components['schemas']['SecretChange'];
export type Domains = components['schemas']['Domains'];
export type Site = components['schemas']['Site'];
export type DetectionSettings = components['schemas']['DetectionSettings'];
export type Settings = components['schemas']['Settings'];
export type AccountLink = components['schemas']['AccountLink'];
export type SessionSettings = components['schemas']['SessionSettings'];
export type SettingsChange = components['schemas']['SettingsChange'];
export type RelayName = components['schemas']['RelayName'];
export type NewRelay = components['schemas']['NewRelay'];
export type RelayToken = components['schemas']['RelayToken'];
export type Revocation = components['schemas']['Revocation'];
export type KnownSecret = components['schemas']['KnownSecret'];
export type RelayList = components['schemas']['RelayList'];
export type RelayKey = components['schemas']['RelayKey'];
export type RelayCondition = components['schemas']['RelayCondition'];
export type Relay = components['schemas']['Relay'];
export type Coverage = components['schemas']['Coverage'];
export type Hole = components['schemas']['Hole'];
export type RelayHealth = components['schemas']['RelayHealth'];
export type RelaySoftware = components['schemas']['RelaySoftware'];
export type RelaySettingsState = components['schemas']['RelaySettingsState'];
export type RelayJournal = components['schemas']['RelayJournal'];
export type GatewayCounts = components['schemas']['GatewayCounts'];
export type BatchReceipt = components['schemas']['BatchReceipt'];
export type SignedDocument = components['schemas']['SignedDocument'];
export type PublicKey = components['schemas']['PublicKey'];
export type EnrolRequest = components['schemas']['EnrolRequest'];
export type KeysRequest = components['schemas']['KeysRequest'];
export type UnixMs = components['schemas']['UnixMs'];
export type HealthReport = components['schemas']['HealthReport'];
export type HealthReceipt = components['schemas']['HealthReceipt'];
export type ResponseFile = components['responses']['File'];
export type ResponseNotModified = components['responses']['NotModified'];
export type ResponseBadRequest = components['responses']['BadRequest'];
export type ResponseUnauthorized = components['responses']['Unauthorized'];
export type ResponseSealRefused = components['responses']['SealRefused'];
export type ResponseForbidden = components['responses']['Forbidden'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseConflict = components['responses']['Conflict'];
export type ResponseVersionConflict = components['responses']['VersionConflict'];
export type ResponseTooLarge = components['responses']['TooLarge'];
export type ResponseNotJson = components['responses']['NotJson'];
export type ResponseUnprocessable = components['responses']['Unprocessable'];
export type ResponseVersionRequired = components['responses']['VersionRequired'];
export type ResponseTooManyRequests = components['responses']['TooManyRequests'];
export type ResponseInternalError = components['responses']['InternalError'];
export type ResponseUnsupportedVersion = components['responses']['UnsupportedVersion'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type ParameterSearch = components['parameters']['search'];
export type ParameterPlaceSearch = components['parameters']['placeSearch'];
export type ParameterUserSort = components['parameters']['userSort'];
export type ParameterDeviceSort = components['parameters']['deviceSort'];
export type ParameterPlaceSort = components['parameters']['placeSort'];
export type ParameterNameOrder = components['parameters']['nameOrder'];
export type ParameterPlaceLimit = components['parameters']['placeLimit'];
export type ParameterSearchText = components['parameters']['searchText'];
export type ParameterSearchLimit = components['parameters']['searchLimit'];
export type ParameterFormat = components['parameters']['format'];
export type ParameterSeverity = components['parameters']['severity'];
export type ParameterStatus = components['parameters']['status'];
export type ParameterDetectionClassification = components['parameters']['detectionClassification'];
export type ParameterDetectionKind = components['parameters']['detectionKind'];
export type ParameterDetectionUser = components['parameters']['detectionUser'];
export type ParameterDetectionOwner = components['parameters']['detectionOwner'];
export type ParameterDetectionAddress = components['parameters']['detectionAddress'];
export type ParameterDetectionAsn = components['parameters']['detectionAsn'];
export type ParameterDetectionCountry = components['parameters']['detectionCountry'];
export type ParameterDetectionPlace = components['parameters']['detectionPlace'];
export type ParameterDetectionDevice = components['parameters']['detectionDevice'];
export type ParameterDetectionGateway = components['parameters']['detectionGateway'];
export type ParameterDetectionScoreMin = components['parameters']['detectionScoreMin'];
export type ParameterDetectionSort = components['parameters']['detectionSort'];
export type ParameterDetectionOrder = components['parameters']['detectionOrder'];
export type ParameterAuditActor = components['parameters']['auditActor'];
export type ParameterAuditAction = components['parameters']['auditAction'];
export type ParameterAuditUser = components['parameters']['auditUser'];
export type ParameterAuditFormat = components['parameters']['auditFormat'];
export type ParameterOpenGateway = components['parameters']['openGateway'];
export type ParameterOpenCountry = components['parameters']['openCountry'];
export type ParameterOpenAsn = components['parameters']['openAsn'];
export type ParameterOpenPlace = components['parameters']['openPlace'];
export type ParameterOpenUser = components['parameters']['openUser'];
export type ParameterOpenState = components['parameters']['openState'];
export type ParameterOpenOrder = components['parameters']['openOrder'];
export type ParameterLimit = components['parameters']['limit'];
export type ParameterFileLimit = components['parameters']['fileLimit'];
export type ParameterCursor = components['parameters']['cursor'];
export type ParameterUser = components['parameters']['user'];
export type ParameterCaseId = components['parameters']['caseId'];
export type ParameterCaseStatus = components['parameters']['caseStatus'];
export type ParameterCaseDetection = components['parameters']['caseDetection'];
export type ParameterCaseSort = components['parameters']['caseSort'];
export type ParameterCaseFormat = components['parameters']['caseFormat'];
export type ParameterDetectionId = components['parameters']['detectionId'];
export type ParameterFrom = components['parameters']['from'];
export type ParameterTo = components['parameters']['to'];
export type ParameterIfNoneMatch = components['parameters']['ifNoneMatch'];
export type ParameterIfMatch = components['parameters']['ifMatch'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderRetryAfter = components['headers']['Retry-After'];
export type HeaderContentDisposition = components['headers']['Content-Disposition'];
export type HeaderLink = components['headers']['Link'];
export type $defs = Record<string, never>;
export interface operations {
    listUsers: {
        parameters: {
            query?: {
                /** @description What the key or name begins with; absent or empty lists all. */
                search?: components["parameters"]["search"];
                /** @description By key, or by how many detections of the range (`from`, `to`) name the user first. By detections every user is listed, those without one too, and the page says how many there are. */
                sort?: components["parameters"]["userSort"];
                /** @description By name or key ascending by default; by a number descending. */
                order?: components["parameters"]["nameOrder"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile with open sessions, newest activities and detections. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    eraseUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was erased. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listActivities: {
        parameters: {
            query?: {
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of activities. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivityPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listExpected: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that end last come first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpectedList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    addExpected: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExpectedStatement"];
            };
        };
        responses: {
            /** @description What is expected now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Expected"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    removeExpected: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
                /** @description As the list shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is expected no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSessionEnds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most 50 orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionEndList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    orderSessionEnd: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionEndOrder"];
            };
        };
        responses: {
            /** @description The order. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionEnd"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["VersionConflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    planSessionEnd: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionEndQuestion"];
            };
        };
        responses: {
            /** @description Which sessions would end, and by which relay; or why none can be ended from here. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionEndPlan"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTimeline: {
        parameters: {
            query?: {
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Days with sessions, oldest first. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listUserDetections: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of detections. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectionPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLearned: {
        parameters: {
            query?: {
                /** @description Id of a detection of this user. */
                detection?: string;
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was learned. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Basis"] | components["schemas"]["Learned"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDetections: {
        parameters: {
            query?: {
                /** @description One or more, by comma or repeated. */
                severity?: components["parameters"]["severity"];
                /** @description One or more, by comma or repeated; without it, all but `withdrawn`. */
                status?: components["parameters"]["status"];
                /** @description One or more, by comma or repeated; `none` for those without. */
                classification?: components["parameters"]["detectionClassification"];
                /** @description One or more, by comma or repeated. */
                kind?: components["parameters"]["detectionKind"];
                /** @description Users by their whole key. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                user?: components["parameters"]["detectionUser"];
                /** @description Who looks after them, by id; `none` for those of nobody. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                owner?: components["parameters"]["detectionOwner"];
                /** @description Client addresses, one or more by comma or repeated; `none` for those without. */
                address?: components["parameters"]["detectionAddress"];
                /** @description Networks by AS number, as AS7303 or 7303, one or more by comma or repeated; `none` for those without. */
                asn?: components["parameters"]["detectionAsn"];
                /** @description Countries, ISO 3166-1 alpha-2, one or more by comma or repeated; `none` for those without. */
                country?: components["parameters"]["detectionCountry"];
                /** @description Places by the `key` of a location. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                place?: components["parameters"]["detectionPlace"];
                /** @description Devices by their key; `none` for those without. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                device?: components["parameters"]["detectionDevice"];
                /** @description Gateways by their id. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                gateway?: components["parameters"]["detectionGateway"];
                /** @description The least score. */
                scoreMin?: components["parameters"]["detectionScoreMin"];
                /** @description What the list is sorted by: the time of the first session, the severity (then the score), the score, or the user. Of a range of more than 10,000 detections the newest are sorted. */
                sort?: components["parameters"]["detectionSort"];
                /** @description Descending by default; by user ascending. */
                order?: components["parameters"]["detectionOrder"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of detections. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectionPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchDetections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DetectionsPatch"];
            };
        };
        responses: {
            /** @description What became of each, in the order asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectionResults"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    countDetections: {
        parameters: {
            query?: {
                /** @description One or more, by comma or repeated. */
                severity?: components["parameters"]["severity"];
                /** @description One or more, by comma or repeated; without it, all but `withdrawn`. */
                status?: components["parameters"]["status"];
                /** @description One or more, by comma or repeated; `none` for those without. */
                classification?: components["parameters"]["detectionClassification"];
                /** @description One or more, by comma or repeated. */
                kind?: components["parameters"]["detectionKind"];
                /** @description Users by their whole key. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                user?: components["parameters"]["detectionUser"];
                /** @description Who looks after them, by id; `none` for those of nobody. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                owner?: components["parameters"]["detectionOwner"];
                /** @description Client addresses, one or more by comma or repeated; `none` for those without. */
                address?: components["parameters"]["detectionAddress"];
                /** @description Networks by AS number, as AS7303 or 7303, one or more by comma or repeated; `none` for those without. */
                asn?: components["parameters"]["detectionAsn"];
                /** @description Countries, ISO 3166-1 alpha-2, one or more by comma or repeated; `none` for those without. */
                country?: components["parameters"]["detectionCountry"];
                /** @description Places by the `key` of a location. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                place?: components["parameters"]["detectionPlace"];
                /** @description Devices by their key; `none` for those without. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                device?: components["parameters"]["detectionDevice"];
                /** @description Gateways by their id. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                gateway?: components["parameters"]["detectionGateway"];
                /** @description The least score. */
                scoreMin?: components["parameters"]["detectionScoreMin"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectionCounts"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDetection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The id of the detection. */
                id: components["parameters"]["detectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The detection. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectionAnswer"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchDetection: {
        parameters: {
            query?: never;
            header: {
                /** @description Entity tag of the state that the change was made on. */
                "If-Match": components["parameters"]["ifMatch"];
            };
            path: {
                /** @description The id of the detection. */
                id: components["parameters"]["detectionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriagePatch"];
                "application/merge-patch+json": components["schemas"]["TriagePatch"];
            };
        };
        responses: {
            /** @description The detection with the decision and its new entity tag. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectionAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["VersionConflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            428: components["responses"]["VersionRequired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRelated: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The id of the detection. */
                id: components["parameters"]["detectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it shares with others. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Related"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listComments: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The id of the detection. */
                id: components["parameters"]["detectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of comments. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    addComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the detection. */
                id: components["parameters"]["detectionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewComment"];
            };
        };
        responses: {
            /** @description The comment. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCases: {
        parameters: {
            query?: {
                /** @description One or more, by comma or repeated. */
                severity?: components["parameters"]["severity"];
                /** @description One or several by comma. A case is open as long as one of its detections is. */
                status?: components["parameters"]["caseStatus"];
                /** @description One or more, by comma or repeated; `none` for those without. */
                classification?: components["parameters"]["detectionClassification"];
                /** @description Who looks after them, by id; `none` for those of nobody. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                owner?: components["parameters"]["detectionOwner"];
                /** @description The id of a detection; the range is around it then. */
                detection?: components["parameters"]["caseDetection"];
                /** @description By the first detection, newest first, or by the worst one. */
                sort?: components["parameters"]["caseSort"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cases. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CasePage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCase: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The id of the case, or one that it had before. */
                case: components["parameters"]["caseId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The case. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseAnswer"];
                };
            };
            304: components["responses"]["NotModified"];
            /** @description Its detections are in another case now, or its first one is another. */
            308: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchCase: {
        parameters: {
            query?: never;
            header: {
                /** @description Entity tag of the state that the change was made on. */
                "If-Match": components["parameters"]["ifMatch"];
            };
            path: {
                /** @description The id of the case, or one that it had before. */
                case: components["parameters"]["caseId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CasePatch"];
                "application/merge-patch+json": components["schemas"]["CasePatch"];
            };
        };
        responses: {
            /** @description The case as it stands then. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["VersionConflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            428: components["responses"]["VersionRequired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCaseComments: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The id of the case, or one that it had before. */
                case: components["parameters"]["caseId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of comments. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    addCaseComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the case, or one that it had before. */
                case: components["parameters"]["caseId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewComment"];
            };
        };
        responses: {
            /** @description The comment. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Who did it, by id (`/v1/me`), one or more by comma or repeated. */
                actor?: components["parameters"]["auditActor"];
                /** @description What was done, one or more by comma or repeated. */
                action?: components["parameters"]["auditAction"];
                /** @description The VPN user it is about, by key. Who was erased is found no more. */
                user?: components["parameters"]["auditUser"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the trail. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDevices: {
        parameters: {
            query?: {
                /** @description What the key or name begins with; absent or empty lists all. */
                search?: components["parameters"]["search"];
                /** @description By key, or by how many detections of the range (`from`, `to`) are of the device; then every device is listed as well. */
                sort?: components["parameters"]["deviceSort"];
                /** @description By name or key ascending by default; by a number descending. */
                order?: components["parameters"]["nameOrder"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of devices. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicePage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The key of the device as lists show it, percent-encoded twice like a user. */
                device: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceProfile"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listPlaces: {
        parameters: {
            query?: {
                /** @description Any part of a place's key, such as `FR/` or `lyon`; case and accents make no difference. Absent or empty lists all. */
                search?: components["parameters"]["placeSearch"];
                /** @description By key (country, region, city), by detections of the range, or by users of the last 24 hours. */
                sort?: components["parameters"]["placeSort"];
                /** @description By name or key ascending by default; by a number descending. */
                order?: components["parameters"]["nameOrder"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                limit?: components["parameters"]["placeLimit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of places. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacePage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCellUsers: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description South-west corner of the cell, as locations carry it. */
                cell: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CellUserPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOpenSessions: {
        parameters: {
            query?: {
                /** @description Gateways by their id, one or more by comma. */
                gateway?: components["parameters"]["openGateway"];
                /** @description Countries that sessions come from, ISO 3166-1 alpha-2, one or more by comma. */
                country?: components["parameters"]["openCountry"];
                /** @description Networks by AS number, as AS7303 or 7303, one or more by comma. */
                asn?: components["parameters"]["openAsn"];
                /** @description A place, by the `key` of a location. */
                place?: components["parameters"]["openPlace"];
                /** @description A part of the user's key. */
                user?: components["parameters"]["openUser"];
                /** @description `open` (default), `silent` or both by comma. Silent is a session without an end of which nothing has been heard for three of its gateway's interim periods, or, without interims, for the longest time it may last; it is listed for a day. */
                state?: components["parameters"]["openState"];
                /** @description `newest` start first (default), `oldest`, or `two-places`: sessions of users who are connected from two places that are far apart, the farthest first. */
                order?: components["parameters"]["openOrder"];
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenSessionPage"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    search: {
        parameters: {
            query: {
                /** @description Any part of a user's name, of a device, place, gateway, network, session id or AS number; an address, the beginning of one (`181.15`, `2001:db8:`), a block (`181.15.0.0/16`); a detection's id or its beginning. Case and accents make no difference. Spaces count. */
                q: components["parameters"]["searchText"];
                /** @description Results of each kind. */
                limit?: components["parameters"]["searchLimit"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found, by kind; kinds of which nothing was found are left out. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResult"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getAddress: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description A client address in any text form. */
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The address, and a page of its users. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOrigin"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getNetwork: {
        parameters: {
            query?: {
                /** @description Rows of a page. */
                limit?: components["parameters"]["limit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The AS number, as AS7303 or 7303. */
                asn: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The network, and a page of its users. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NetworkOrigin"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSummary: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The summary. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSensitivity: {
        parameters: {
            query?: {
                sensitivity?: "low" | "normal" | "high";
                /** @description Alerts per 1,000 users per day; it wins over the sensitivity. */
                alertsPerThousandPerDay?: number;
                /** @description Nothing alerts before 30 days and 5 connections. */
                strictGate?: boolean;
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alerts by the settings as they are, and by those asked about. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SensitivityPreview"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportActivities: {
        parameters: {
            query: {
                /** @description `csv`; `ndjson` (the items of the JSON list, one a line); `ocsf` (OCSF 1.6.0 Detection Findings or Tunnel Activities, one a line); `ecs` (Elastic Common Schema, one a line); `cef` (CEF lines). */
                format: components["parameters"]["format"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a file; the Link header leads to the rest. */
                limit?: components["parameters"]["fileLimit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["File"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportUserDetections: {
        parameters: {
            query: {
                /** @description `csv`; `ndjson` (the items of the JSON list, one a line); `ocsf` (OCSF 1.6.0 Detection Findings or Tunnel Activities, one a line); `ecs` (Elastic Common Schema, one a line); `cef` (CEF lines). */
                format: components["parameters"]["format"];
                /** @description Rows of a file; the Link header leads to the rest. */
                limit?: components["parameters"]["fileLimit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description A user key or any spelling of the account (`CONTOSO\alice`, UPN, plain). Percent-encode it twice when it holds `/`, `?` or `%` (`host/pc17` is `host%252Fpc17`): the gateway decodes the path before it splits it. */
                user: components["parameters"]["user"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["File"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportDetections: {
        parameters: {
            query: {
                /** @description `csv`; `ndjson` (the items of the JSON list, one a line); `ocsf` (OCSF 1.6.0 Detection Findings or Tunnel Activities, one a line); `ecs` (Elastic Common Schema, one a line); `cef` (CEF lines). */
                format: components["parameters"]["format"];
                /** @description One or more, by comma or repeated. */
                severity?: components["parameters"]["severity"];
                /** @description One or more, by comma or repeated; without it, all but `withdrawn`. */
                status?: components["parameters"]["status"];
                /** @description One or more, by comma or repeated; `none` for those without. */
                classification?: components["parameters"]["detectionClassification"];
                /** @description One or more, by comma or repeated. */
                kind?: components["parameters"]["detectionKind"];
                /** @description Users by their whole key. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                user?: components["parameters"]["detectionUser"];
                /** @description Who looks after them, by id; `none` for those of nobody. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                owner?: components["parameters"]["detectionOwner"];
                /** @description Client addresses, one or more by comma or repeated; `none` for those without. */
                address?: components["parameters"]["detectionAddress"];
                /** @description Networks by AS number, as AS7303 or 7303, one or more by comma or repeated; `none` for those without. */
                asn?: components["parameters"]["detectionAsn"];
                /** @description Countries, ISO 3166-1 alpha-2, one or more by comma or repeated; `none` for those without. */
                country?: components["parameters"]["detectionCountry"];
                /** @description Places by the `key` of a location. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                place?: components["parameters"]["detectionPlace"];
                /** @description Devices by their key; `none` for those without. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                device?: components["parameters"]["detectionDevice"];
                /** @description Gateways by their id. One or more, by comma or repeated; a comma that belongs to a value is encoded twice (`%252C`). */
                gateway?: components["parameters"]["detectionGateway"];
                /** @description The least score. */
                scoreMin?: components["parameters"]["detectionScoreMin"];
                /** @description What the list is sorted by: the time of the first session, the severity (then the score), the score, or the user. Of a range of more than 10,000 detections the newest are sorted. */
                sort?: components["parameters"]["detectionSort"];
                /** @description Descending by default; by user ascending. */
                order?: components["parameters"]["detectionOrder"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a file; the Link header leads to the rest. */
                limit?: components["parameters"]["fileLimit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["File"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportDetection: {
        parameters: {
            query: {
                /** @description `csv`; `ndjson` (the items of the JSON list, one a line); `ocsf` (OCSF 1.6.0 Detection Findings or Tunnel Activities, one a line); `ecs` (Elastic Common Schema, one a line); `cef` (CEF lines). */
                format: components["parameters"]["format"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The id of the detection. */
                id: components["parameters"]["detectionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["File"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportCase: {
        parameters: {
            query: {
                format: components["parameters"]["caseFormat"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path: {
                /** @description The id of the case, or one that it had before. */
                case: components["parameters"]["caseId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. It names itself in Content-Disposition. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                    "application/x-ndjson": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportAudit: {
        parameters: {
            query: {
                /** @description `csv`, or `ndjson` (the items of the JSON list, one a line). */
                format: components["parameters"]["auditFormat"];
                /** @description Who did it, by id (`/v1/me`), one or more by comma or repeated. */
                actor?: components["parameters"]["auditActor"];
                /** @description What was done, one or more by comma or repeated. */
                action?: components["parameters"]["auditAction"];
                /** @description The VPN user it is about, by key. Who was erased is found no more. */
                user?: components["parameters"]["auditUser"];
                /** @description RFC 3339 time (inclusive), or a duration back from now. Default 30 days back. */
                from?: components["parameters"]["from"];
                /** @description RFC 3339 time (exclusive), or a duration back from now. At most 180 days after `from`. */
                to?: components["parameters"]["to"];
                /** @description Rows of a file; the Link header leads to the rest. */
                limit?: components["parameters"]["fileLimit"];
                /** @description The `next` of the page before; made for this path and these parameters only. */
                cursor?: components["parameters"]["cursor"];
            };
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["File"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. The entity tag is their version; relays are told it, too. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    putSettings: {
        parameters: {
            query?: never;
            header: {
                /** @description Entity tag of the state that the change was made on. */
                "If-Match": components["parameters"]["ifMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsChange"];
            };
        };
        responses: {
            /** @description The settings as they are now, with their new entity tag. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            412: components["responses"]["VersionConflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            428: components["responses"]["VersionRequired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listRelays: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All relays, those that wait for their token and those that were revoked included. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RelayList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    addRelay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRelay"];
            };
        };
        responses: {
            /** @description The token; it is shown this once and good for 15 minutes. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RelayToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJson"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeRelay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the relay. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was revoked. A repeat gets the same answer without keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revocation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/plain": string;
            };
        };
        responses: {
            /** @description Durable in the queue. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchReceipt"];
                };
            };
            401: components["responses"]["SealRefused"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["UnsupportedVersion"];
            503: components["responses"]["Unavailable"];
        };
    };
    enrolRelay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnrolRequest"];
            };
        };
        responses: {
            /** @description A signed document that names the relay and the cloud's key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jose": components["schemas"]["SignedDocument"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["SealRefused"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["UnsupportedVersion"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateRelayKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeysRequest"];
            };
        };
        responses: {
            /** @description A signed document; first a challenge, then how long the old keys work. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jose": components["schemas"]["SignedDocument"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["SealRefused"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["UnsupportedVersion"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRelayConfig: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A signed document. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/jose": components["schemas"]["SignedDocument"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["SealRefused"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postRelayHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HealthReport"];
            };
        };
        responses: {
            /** @description Taken. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["SealRefused"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["UnsupportedVersion"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRelayOrders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A signed document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jose": components["schemas"]["SignedDocument"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["SealRefused"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postRelayOrders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderReports"];
            };
        };
        responses: {
            /** @description How many were of orders of this relay. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["SealRefused"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["UnsupportedVersion"];
            503: components["responses"]["Unavailable"];
        };
    };
    getContract: {
        parameters: {
            query?: never;
            header?: {
                /** @description Entity tags the client has; one that still holds is answered 304. */
                "If-None-Match"?: components["parameters"]["ifNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
