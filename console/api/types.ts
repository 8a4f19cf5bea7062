// What the page reads of the API's answers: the shapes of docs/openapi.yaml. What is unknown is
// absent. Enumerations are open: a value that is new here is shown as it came.

export type Time = string;

export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  /** What is wrong where, in a body or among parameters. */
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly detail: string;
  }[];
};

export type Page<T> = {
  readonly items: readonly T[];
  readonly next?: string;
  readonly attribution: readonly string[];
};

export type UserRow = { readonly user: string; readonly kind: string };

export type Network = {
  readonly asn: number;
  readonly organization: string;
  readonly type: string;
};

export type Location = {
  readonly kind: string;
  readonly key: string;
  readonly label: string;
  readonly country?: string;
  readonly region?: string;
  readonly city?: string;
  readonly lat?: number;
  readonly lon?: number;
  readonly radiusKm?: number;
  readonly confidence?: string;
  readonly cell?: string;
};

export type Tally = {
  readonly count: number;
  readonly firstSeen: Time;
  readonly lastSeen: Time;
};

export type Device = {
  readonly key: string;
  readonly kind: string;
  readonly name?: string;
  readonly os?: string;
  readonly client?: string;
};

export type PlaceTally = Location & Tally & { readonly share: number };
export type NetworkTally = Network & Tally & { readonly share: number };
export type AddressTally = Tally & { readonly address: string; readonly place: string };
export type GatewayTally = Tally & { readonly id: string };

export type Activity = {
  readonly id: string;
  readonly sessionId: string;
  readonly gateway: string;
  readonly state: string;
  readonly startedAt: Time;
  readonly isStartSeen: boolean;
  readonly endedAt?: Time;
  readonly lastSeen: Time;
  readonly durationSeconds: number;
  readonly clientAddress?: string;
  readonly location?: Location;
  readonly network?: Network;
  readonly sightings: readonly {
    readonly address: string;
    readonly location: Location;
    readonly firstSeen: Time;
  }[];
  readonly assignedAddresses: readonly string[];
  readonly devices: readonly Device[];
  readonly octetsIn?: string;
  readonly octetsOut?: string;
  readonly terminateCause?: string;
};

export type Reason = {
  readonly term: string;
  /** Nats; negative weights mitigate. */
  readonly weight: number;
  readonly text: string;
  readonly numbers: Readonly<Record<string, number>>;
};

export type TriageChange = {
  readonly at: Time;
  readonly by: string;
  readonly status: string;
  readonly classification?: string;
  readonly note?: string;
  readonly benignUntil?: Time;
};

export type Detection = {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly message: string;
  readonly user: string;
  readonly severity: string;
  readonly score: number;
  readonly isLearning: boolean;
  readonly isImported?: boolean;
  readonly isLate?: boolean;
  /** Of a burst, everybody it was seen of. */
  readonly users?: readonly string[];
  readonly status: string;
  readonly classification?: string;
  readonly triage?: TriageChange & { readonly history: readonly TriageChange[] };
  readonly firstSeen: Time;
  readonly lastSeen: Time;
  readonly sessionCount: number;
  readonly sessions: readonly string[];
  readonly gateway: string;
  readonly clientAddress: string;
  readonly place: {
    readonly key: string;
    readonly label: string;
    readonly lat?: number;
    readonly lon?: number;
    readonly radiusKm?: number;
  };
  readonly network?: Network;
  readonly device?: Device;
  readonly reasons: readonly Reason[];
  readonly techniques: readonly {
    readonly id: string;
    readonly name: string;
    readonly tactics: readonly string[];
  }[];
  /** When it is the whole answer. */
  readonly attribution?: readonly string[];
};

export type Profile = {
  readonly user: string;
  readonly kind: string;
  readonly spellings: readonly string[];
  readonly firstSeen: Time;
  readonly lastSeen: Time;
  readonly sessions: number;
  readonly places: readonly PlaceTally[];
  readonly addresses: readonly AddressTally[];
  readonly networks: readonly NetworkTally[];
  readonly devices: readonly (Device & Tally)[];
  readonly gateways: readonly GatewayTally[];
  /** Session starts by UTC hour of the week, 0 = Sunday 00:00. */
  readonly hours: readonly number[];
  readonly learning: {
    readonly isOver: boolean;
    readonly until: Time;
    /** In the last 30 days. */
    readonly sessions: number;
    readonly sessionsNeeded: number;
  };
  readonly openSessions: readonly Activity[];
  readonly activities: readonly Activity[];
  readonly detections: readonly Detection[];
  readonly attribution: readonly string[];
};

export type DeviceProfile = Device & {
  readonly firstSeen: Time;
  readonly lastSeen: Time;
  readonly users: readonly (Tally & { readonly user: string })[];
  readonly locations: readonly (Location & Tally)[];
  readonly detections: readonly Detection[];
  readonly attribution: readonly string[];
};

export type CellUser = {
  readonly user: string;
  readonly place: string;
  readonly firstSeen: Time;
};

export type Summary = {
  readonly users: number;
  readonly isUsersComplete: boolean;
  readonly detections: Readonly<Record<string, number>>;
  readonly detectionsNew: number;
  readonly live: {
    readonly openSessions: number;
    readonly usersConnected: number;
    readonly isComplete: boolean;
    readonly places: readonly LivePlace[];
  };
  readonly isDetectionsComplete: boolean;
  readonly detectionsSince: Time;
  readonly attribution: readonly string[];
};

export type LivePlace = Pick<Location, 'key' | 'label' | 'lat' | 'lon' | 'radiusKm' | 'cell'> & {
  readonly users: number;
};

/** A secret that is set, told apart from another by its fingerprint. */
export type ShownSecret = { readonly fingerprint: string };

export type Gateway = {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly vendor?: string;
  readonly behindProxy?: boolean;
  readonly requireMessageAuthenticator?: boolean;
  readonly secret?: ShownSecret | string;
  readonly nextSecret?: ShownSecret | string | null;
  readonly promoteNextSecret?: boolean;
};

/** A place of the organisation's own. */
export type Site = {
  readonly name: string;
  readonly networks: readonly string[];
  readonly country: string;
  readonly city?: string;
  readonly lat: number;
  readonly lon: number;
};

export type Settings = {
  readonly enabled: boolean;
  readonly gateways: readonly Gateway[];
  readonly domains: {
    readonly netbios: Readonly<Record<string, string>>;
    readonly defaultDomain?: string;
  };
  readonly sites?: readonly Site[];
  readonly detection?: {
    readonly sensitivity?: 'low' | 'normal' | 'high';
    readonly alertsPerThousandPerDay?: number;
    readonly strictGate?: boolean;
  };
};

/** A key as people compare it: as ssh prints it, and in six words. */
export type KeyFingerprint = { readonly sha256: string; readonly words: string };

export type Relay = {
  readonly relayId: string;
  readonly state: string;
  readonly tokenValidUntil?: Time;
  readonly revokedAt?: Time;
  readonly keys: readonly {
    readonly keyId: string;
    readonly fingerprint: KeyFingerprint;
    readonly algorithm: string;
    readonly registeredAt?: Time;
    readonly retiresAt?: Time;
  }[];
  readonly lastContact?: Time;
  readonly lastBatch?: Time;
  readonly coverage?: { readonly missing: number };
  readonly health?: {
    readonly receivedAt?: Time;
    readonly software: { readonly version: string };
    readonly journal: { readonly waitingRecords: number; readonly oldestWaitingSeconds?: number };
    readonly isBalanced: boolean;
    readonly gateways: readonly {
      readonly name: string;
      readonly lastPacket?: Time;
      readonly packetsPerMinute?: number;
      readonly refusedPackets?: number;
    }[];
  };
  readonly conditions: readonly {
    readonly code: string;
    readonly since?: Time;
    readonly gateway?: string;
    readonly detail?: string;
  }[];
  readonly isHealthy: boolean;
};

export type Relays = { readonly items: readonly Relay[]; readonly cloudKey: KeyFingerprint };

export type RelayToken = {
  readonly relayId: string;
  readonly token: string;
  readonly validUntil: Time;
  readonly url: string;
  readonly command: string;
  readonly cloudKey: KeyFingerprint;
};

export type RevokedRelay = { readonly effectiveBy: Time; readonly advice: string };
