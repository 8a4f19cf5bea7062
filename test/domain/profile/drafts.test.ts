// Drafts list the fields of what they copy: none may be lost. `Required` makes a new field that may
// be absent an error here until it is in the draft as well.
import { emptyPopulation } from '../../../domain/population/population.ts';
import { contextAt, type FoldContext } from '../../../domain/process/fold-plan.ts';
import { emptyLearned, type Learned, learnedDraft } from '../../../domain/profile/learned.ts';
import { emptyProfile, type Profile, profileDraft } from '../../../domain/profile/profile.ts';
import { type Session, sessionDraft } from '../../../domain/session/session.ts';
import { defaultRules } from '../../../domain/session/session-rules.ts';

const learned: Required<Learned> = {
  ...emptyLearned,
  tripSince: 1_790_000_000_000,
  expected: [{ kind: 'country', key: 'FR', from: 1, until: 2 }],
  week: { week: 3, bin: 4 },
  kept: [],
};

const profile: Required<Profile> = {
  ...emptyProfile('mara', 'person'),
  learned,
  undecided: { learned, detections: [], since: 1, until: 2, marked: ['n:3215'] },
  traffic: [{ minute: 1, quarters: 2, up: 3, down: 4 }],
};

const fewest: Session = {
  rowStart: 1,
  identity: 'a',
  gatewayId: 'vpn-1',
  sessionId: 's',
  startedAt: 2,
  isStartSeen: true,
  lastSeen: 3,
  assignedAddresses: ['10.1.2.3'],
  sightings: [],
  devices: [],
  marks: ['m'],
};

const session: Required<Session> = {
  ...fewest,
  multiId: '',
  repeatedStarts: [4],
  firstHeard: 0,
  nextStart: 0,
  replacedAt: 0,
  firstInterim: 0,
  lastInterim: { time: 5, span: 6 },
  interims: [],
  stoppedAt: 0,
  stopMark: '',
  stopSeconds: 0,
  terminateCause: '',
  octetsIn: '',
  octetsOut: '',
  stops: [],
  devicesSeen: { 'uid:1': 7 },
  service: { name: 'vpn' },
  flags: ['clock-suspect'],
};

const context: Required<FoldContext> = {
  population: emptyPopulation,
  settings: {},
  hash: (text) => text,
  rules: defaultRules,
  restarts: new Map(),
  heard: [],
  isOneAtATime: () => true,
  now: 0,
};

describe('a draft', () => {
  it('of a profile has all that the profile has', () => {
    expect(profileDraft(profile)).toStrictEqual(profile);
    expect(profileDraft(emptyProfile('mara', 'person'))).toStrictEqual(
      emptyProfile('mara', 'person'),
    );
  });

  it('of what is learned has all of it', () => {
    expect(learnedDraft(learned)).toStrictEqual(learned);
    expect(learnedDraft(emptyLearned)).toStrictEqual(emptyLearned);
  });

  it('of a session has all of it', () => {
    expect(sessionDraft(session)).toStrictEqual(session);
    expect(sessionDraft(fewest)).toStrictEqual(fewest);
  });

  it('of the context of an event has all that its fold has', () => {
    const { population, settings, hash } = context;
    expect(contextAt(context, context)).toStrictEqual(context);
    expect(contextAt({ settings, hash }, { population })).toStrictEqual({
      population,
      settings,
      hash,
    });
  });

  it('changes nothing of what it is a copy of', () => {
    const before = { ...profile };
    const draft = profileDraft(profile);
    draft.traffic = [];
    draft.learned = emptyLearned;
    expect(profile).toStrictEqual(before);
  });
});
