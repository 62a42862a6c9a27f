import type { Renderer } from '../renderer.js';
import { officeTypes } from './office-types.js';
import { missingProgram, notInstalled } from './refusals.js';

/** What stands for office documents where LibreOffice is not installed. */
export const withoutOffice: Renderer = {
  name: 'office',
  queue: 'office',
  contentTypes: officeTypes,
  judgement: 'none',
  missing: notInstalled,
  facts: async () => {
    throw missingProgram();
  },
  close: async () => {},
};
