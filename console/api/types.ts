// The types of the API's answers that the console reads: generated from the contract
// (docs/openapi.yaml) in api/contract.ts, under the names that the console uses. What is unknown is
// absent. Enumerations are open: the contract lists today's values, and a new value is shown as it
// came.

import type {
  Detection as ContractDetection,
  Problem as ContractProblem,
  List,
} from './contract.ts';

export type {
  AccountLink,
  Activity,
  AddressOrigin,
  AddressTally,
  AuditEntry,
  Basis,
  Case,
  CaseAnswer,
  CasePage,
  CasePatch,
  CellUser,
  Comment,
  DetectionCounts,
  DetectionResult,
  Device,
  DevicePage,
  DeviceProfile,
  Expected,
  ExpectedList,
  Facet,
  Fingerprint as KeyFingerprint,
  GatewayChange as Gateway,
  GatewayTally,
  ListedDetection,
  LivePlace,
  Location,
  Me,
  NetworkOrigin,
  NetworkTally,
  OpenSession,
  OpenSessionPage,
  OriginUser,
  PlacePage,
  PlaceRow,
  PlaceTally,
  Profile,
  Reason,
  Related,
  RelatedDetections,
  Relay,
  RelayList as Relays,
  RelayToken,
  Revocation as RevokedRelay,
  SearchResult,
  SensitivityPreview,
  SessionEnd,
  SessionEndList,
  SessionEndPlan,
  SettingsChange as Settings,
  Site,
  Summary,
  Tally,
  Time,
  Timeline,
  TimelineDay,
  TriageChange,
  TriagePatch,
  UserPage,
  UserRow,
} from './contract.ts';

/** A detection in a list, or with the attribution when it is the whole answer. */
export type Detection = ContractDetection & Partial<Pick<List, 'attribution'>>;

/** One page of any list. */
export type Page<T> = List & { readonly items: readonly T[] };

/** Why something was not answered: the API's problem, or one that the page makes of a failure. */
export type Problem = Omit<ContractProblem, 'type'>;
