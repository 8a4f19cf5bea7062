// What the page reads of the API's answers: the shapes of docs/openapi.yaml. What is unknown is
// absent. Enumerations are open: a value that is new here is shown as it came.

export type Time = string;

export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
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

export type Detection = {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly message: string;
  readonly user: string;
  readonly severity: string;
  readonly score: number;
  readonly isLearning: boolean;
  readonly status: string;
  readonly firstSeen: Time;
  readonly lastSeen: Time;
  readonly connections: number;
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
  readonly connections: number;
  readonly places: readonly PlaceTally[];
  readonly addresses: readonly AddressTally[];
  readonly networks: readonly NetworkTally[];
  readonly devices: readonly (Device & Tally)[];
  readonly gateways: readonly GatewayTally[];
  /** Session starts by UTC hour of the week, 0 = Sunday 00:00. */
  readonly hours: readonly number[];
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
  readonly isDetectionsComplete: boolean;
  readonly detectionsSince: Time;
  readonly attribution: readonly string[];
};
