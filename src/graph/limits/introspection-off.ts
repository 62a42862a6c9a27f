import type { ValidationRule } from 'graphql';
import { ContentError } from '../../errors.js';
import { toGraphqlError } from '../errors.js';

/** All that tells the schema to a client. */
const tellingFields = new Set(['__schema', '__type', '_service']);

/** Refuses operations that ask what the schema is. */
export const introspectionOff: ValidationRule = (context) => ({
  Field(node) {
    const { value: name } = node.name;
    if (!tellingFields.has(name) || context.getParentType() !== context.getSchema().getQueryType()) return;
    const message = `Introspection is switched off here, so "${name}" cannot be asked. \`proofsheet schema\` prints the schema`;
    context.reportError(toGraphqlError(new ContentError('FORBIDDEN', message), [node]));
  },
});
