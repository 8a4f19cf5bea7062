// The schema of the list `disconnect`: its keys, what they take, and the wording of their errors.
// What they mean together is disconnect.ts.

import * as v from 'valibot';
import { formNames } from '../disconnect/forms.ts';
import { disconnectPerHourMax, disconnectWays } from '../disconnect/target.ts';
import { file, ip, listShape, objectShape, port, text, whole } from './values.ts';

const formShape = `expects one of ${formNames.join(', ')}`;
const perHourShape = `expects a whole number from 1 to ${disconnectPerHourMax}`;

const targetSchema = v.object(
  {
    gateway: text('expects the name of a gateway'),
    address: ip,
    via: v.optional(v.picklist(disconnectWays, `expects one of ${disconnectWays.join(', ')}`)),
    port: v.optional(port),
    secretFile: v.optional(file),
    form: v.picklist(formNames, formShape),
    perHour: v.optional(whole(perHourShape, 1, disconnectPerHourMax)),
  },
  objectShape,
);

export const disconnectSchema = v.array(targetSchema, listShape);
export type DisconnectFile = v.InferOutput<typeof disconnectSchema>;
