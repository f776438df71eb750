import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { FLOAT, STRING } = onnx.TensorProto.DataType;
const { INT } = onnx.AttributeProto.AttributeType;

/** A linear one-versus-rest classifier on standardised features. */
export type LinearClassifier = {
  classes: string[];
  /** Of each feature on the training rows: what is taken off, and what it is then divided by. */
  mean: number[];
  scale: number[];
  /** One row of weights for each class, one weight for each feature; the larger the sum, the more it is that class. */
  weights: number[][];
  /** One for each class. */
  bias: number[];
};

/**
 * The classifier as one ONNX graph that takes the features as they were measured:
 *
 *     features [N, F] -> Sub mean -> Div scale -> Gemm = logits [N, C]
 *     label [N]              = classes[argmax logits]
 *     probabilities [N, C]   = sigmoid(logits), divided by their sum over the classes
 *
 * The quotient is computed as softmax(-softplus(-logits)), which is the same number and does not become 0 / 0 for a row
 * that is far from every class.
 */
export function toOnnx(name: string, model: LinearClassifier): Uint8Array {
  const features = model.mean.length;
  const classes = model.classes.length;
  const graph = {
    name,
    input: [value('features', FLOAT, ['N', features])],
    output: [value('label', STRING, ['N']), value('probabilities', FLOAT, ['N', classes])],
    initializer: [
      floats('mean', [features], model.mean),
      floats('scale', [features], model.scale),
      floats('weights', [classes, features], model.weights.flat()),
      floats('bias', [classes], model.bias),
      {
        name: 'classes',
        dataType: STRING,
        dims: [classes],
        stringData: model.classes.map((label) => new TextEncoder().encode(label)),
      },
    ],
    node: [
      node('Sub', ['features', 'mean'], 'centred'),
      node('Div', ['centred', 'scale'], 'standardised'),
      node('Gemm', ['standardised', 'weights', 'bias'], 'logits', { transB: 1 }),
      node('ArgMax', ['logits'], 'best', { axis: 1, keepdims: 0 }),
      node('Gather', ['classes', 'best'], 'label', { axis: 0 }),
      node('Neg', ['logits'], 'negated'),
      node('Softplus', ['negated'], 'surprise'),
      node('Neg', ['surprise'], 'log_sigmoid'),
      node('Softmax', ['log_sigmoid'], 'probabilities', { axis: 1 }),
    ],
  };
  // Opset 17 with IR version 8 is ONNX 1.12: old enough for every current runtime.
  const file = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    producerName: 'sahara-model-template',
    graph,
  });
  return onnx.ModelProto.encode(file).finish();
}

function value(name: string, elemType: number, dims: (number | string)[]) {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

function floats(name: string, dims: number[], values: number[]) {
  // ONNX wants the raw form little-endian, which is not every machine's own order.
  const rawData = new Uint8Array(values.length * 4);
  const view = new DataView(rawData.buffer);
  for (const [i, v] of values.entries()) view.setFloat32(i * 4, v, true);
  return { name, dataType: FLOAT, dims, rawData };
}

function node(opType: string, input: string[], output: string, attributes: Record<string, number> = {}) {
  const attribute = Object.entries(attributes).map(([name, i]) => ({ name, type: INT, i }));
  return { name: output, opType, input, output: [output], attribute };
}
