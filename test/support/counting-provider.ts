import type { Provider } from '../../src/providers/provider.js';

/** The provider itself, with its calls counted by method. */
export function countCalls<P extends Provider>(provider: P): { readonly provider: P; readonly calls: Record<string, number> } {
  const calls: Record<string, number> = {};
  const counted = new Proxy(provider, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...parameters: unknown[]) => {
        calls[name] = (calls[name] ?? 0) + 1;
        return Reflect.apply(value, target, parameters);
      };
    },
  });
  return { provider: counted, calls };
}
