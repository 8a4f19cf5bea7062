// How the settings name a link to where accounts are disabled (domain/account-links.ts).

import * as v from 'valibot';
import { accountLinksMax, linkFault } from '../../domain/account-links.ts';

const nameShape = 'expects a name of 1 to 80 characters';

const linkSchema = v.object(
  {
    name: v.pipe(v.string(nameShape), v.regex(/^[^\p{Cc}]{1,80}$/u, nameShape)),
    url: v.pipe(
      v.string('expects an address'),
      v.rawCheck(({ dataset, addIssue }) => {
        const fault = dataset.typed ? linkFault(dataset.value) : undefined;
        if (fault !== undefined) addIssue({ message: fault });
      }),
    ),
  },
  'expects a link: { name, url }',
);

export const accountLinksSchema = v.pipe(
  v.array(linkSchema, 'expects a list of links'),
  v.maxLength(accountLinksMax, `expects at most ${accountLinksMax} links`),
);
