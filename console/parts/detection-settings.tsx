// How much alerts: sensitivity, or a budget that wins over it, and the first days of a user.

import type { JSX } from 'preact';
import type { Settings } from '../api/types.ts';
import { Choice } from './choice.tsx';
import { Field, Switch } from './form.tsx';
import { SensitivityPreview } from './sensitivity-preview.tsx';

const sensitivities = [
  ['low', 'low: 2 alerts per 1,000 people and day'],
  ['normal', 'normal: 5'],
  ['high', 'high: 10'],
] as const;

type Chosen = NonNullable<Settings['detection']>;
type DetectionProps = {
  readonly detection: Chosen | undefined;
  readonly onChange: (detection: Chosen) => void;
};

export function DetectionSettings({ detection = {}, onChange }: DetectionProps): JSX.Element {
  const { sensitivity = 'normal', alertsPerThousandPerDay, strictGate = false } = detection;
  const { alertsPerThousandPerDay: _, ...others } = detection;
  return (
    <>
      <Choice
        name="sensitivity"
        label="Sensitivity"
        value={sensitivity}
        choices={sensitivities}
        onChange={(key) => onChange({ ...detection, sensitivity: key })}
      />
      <Field
        label="Alert budget per 1,000 people and day"
        hint="Wins over sensitivity; empty: sensitivity rules."
        type="number"
        value={alertsPerThousandPerDay === undefined ? '' : `${alertsPerThousandPerDay}`}
        onInput={(text) =>
          onChange(text === '' ? others : { ...others, alertsPerThousandPerDay: Number(text) })
        }
      />
      <Switch isOn={strictGate} onChange={(isOn) => onChange({ ...detection, strictGate: isOn })}>
        No alert at all in a person’s first 30 days
      </Switch>
      <SensitivityPreview detection={detection} />
    </>
  );
}
