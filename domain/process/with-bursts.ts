// Bursts of a plan, before it is written: each gets the id of its alert, whoever of it came first,
// and lists everybody in it with their own detections; those of this plan fold into it.

import { mergeDetections } from '../detect/alert.ts';
import type { Detection } from '../detection.ts';
import type { UserPlan } from './fold-plan.ts';
import type { PopulationDraft } from './population-draft.ts';
import type { ProcessPorts } from './ports.ts';

type Deps = { readonly ports: ProcessPorts; readonly draft: PopulationDraft };

/** The plan with its bursts as they are to be written. */
export async function withBursts({ ports, draft }: Deps, plan: UserPlan): Promise<UserPlan> {
  const { profile, candidates } = plan;
  const raised = profile?.pending.detections.filter(isBurst) ?? [];
  if (!profile || raised.length + candidates.length === 0) return plan;
  const bursts: Detection[] = [];
  for (const burst of [...raised, ...candidates]) {
    const { burstKey = '', firstSeen } = burst;
    const id = isRaised(burst) ? burst.id : undefined;
    const alert = await ports.users.burstAlert?.(burstKey, firstSeen, id);
    // A candidate raises nothing: it joins what stands.
    const known = alert?.id ?? id;
    if (known === undefined) continue;
    const here = draft.anomalousUsers(burstKey);
    const users = [...(alert?.users ?? []), ...here.map(({ userKey }) => userKey)];
    const own = here.flatMap(({ detectionId }) => detectionId ?? []);
    const detections = [...(alert?.detections ?? []), ...own];
    const whole = { ...burst, id: known };
    const others = { ...whole, users, ...(detections.length > 0 ? { detections } : {}) };
    bursts.push(mergeDetections(whole, others));
  }
  const detections = profile.pending.detections.filter((one) => !isBurst(one)).map(foldedInto);
  function foldedInto(detection: Detection): Detection {
    const burst = bursts.find((one) => one.detections?.includes(detection.id));
    return burst ? { ...detection, burstId: burst.id } : detection;
  }
  const pending = { ...profile.pending, detections: [...detections, ...bursts] };
  return { ...plan, profile: { ...profile, pending } };
}

const isBurst = ({ kind }: Detection): boolean => kind === 'connection-burst';

/** A candidate says nothing for itself. */
const isRaised = ({ reasons }: Detection): boolean => reasons.length > 0;
