// Drafts list the fields of what they copy: none may be lost. `Required` makes a new field that may
// be absent an error here until it is in the draft as well.
import { emptyLearned, type Learned, learnedDraft } from '../../../domain/profile/learned.ts';
import { emptyProfile, type Profile, profileDraft } from '../../../domain/profile/profile.ts';

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

  it('changes nothing of what it is a copy of', () => {
    const before = { ...profile };
    const draft = profileDraft(profile);
    draft.traffic = [];
    draft.learned = emptyLearned;
    expect(profile).toStrictEqual(before);
  });
});
