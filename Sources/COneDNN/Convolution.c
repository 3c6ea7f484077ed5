// Convolutions: oneDNN chooses the layouts it is fastest with (`any`), and the plain tensors of the
// caller are reordered into scratch memory and back where they differ.
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "COneDNN.h"
#include "Runtime.h"

typedef enum { FORWARD, BACKWARD_INPUT, BACKWARD_WEIGHTS } Direction;

// The operands in the order of the slots below.
enum { INPUT, WEIGHTS, BIAS, OUTPUT, OPERANDS };
#define SCRATCHPAD 4

typedef struct {
  int argument;         // oneDNN's name for it, 0 when the direction has no such operand
  bool isResult;
  dnnl_memory_t plain;  // the caller's tensor
  dnnl_memory_t inner;  // the primitive's; the same object when no reorder is needed
  size_t innerBytes;
  dnnl_primitive_t reorder;
} Operand;

typedef struct Entry {
  EspalierConvolution sizes;
  Direction direction;
  bool hasBias;
  int threads;
  unsigned long lastUse;
  dnnl_primitive_t primitive;
  Operand operands[OPERANDS];
  dnnl_memory_t scratchpad;
  size_t scratchpadBytes;
} Entry;

// More shapes than a network with its last, smaller batch has; the one unused longest gives way.
#define ENTRIES 256
static Entry *entries[ENTRIES];
static unsigned long uses = 0;

static const int arguments[3][OPERANDS] = {
  {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST},
  {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, 0, DNNL_ARG_DIFF_DST},
  {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST},
};

static bool isResult(Direction direction, int operand) {
  switch (direction) {
    case FORWARD: return operand == OUTPUT;
    case BACKWARD_INPUT: return operand == INPUT;
    case BACKWARD_WEIGHTS: return operand == WEIGHTS || operand == BIAS;
  }
  return false;
}

static dnnl_status_t makeLayouts(
  const EspalierConvolution *s, bool any, Layout layouts[OPERANDS]) {
  const dnnl_dims_t input = {s->batch, s->inChannels, s->height, s->width};
  const dnnl_dims_t weights = {s->outChannels, s->inChannels, s->kernelHeight, s->kernelWidth};
  const dnnl_dims_t bias = {s->outChannels};
  const dnnl_dims_t output = {s->batch, s->outChannels, s->outHeight, s->outWidth};
  const dnnl_format_tag_t tag = any ? dnnl_format_tag_any : dnnl_abcd;
  TRY(makeLayout(&layouts[INPUT], 4, input, tag));
  TRY(makeLayout(&layouts[WEIGHTS], 4, weights, tag));
  TRY(makeLayout(&layouts[BIAS], 1, bias, dnnl_a));
  return makeLayout(&layouts[OUTPUT], 4, output, tag);
}

#if DNNL_VERSION_MAJOR >= 3

static dnnl_status_t describe(
  const Entry *entry, Layout l[OPERANDS], const_dnnl_primitive_attr_t attributes,
  dnnl_primitive_desc_t *description) {
  const EspalierConvolution *s = &entry->sizes;
  const dnnl_dims_t strides = {s->strideHeight, s->strideWidth}, none = {0, 0};
  const dnnl_dims_t before = {s->padHeight, s->padWidth};
  const dnnl_dims_t after = {
    (s->outHeight - 1) * s->strideHeight + s->kernelHeight - s->height - s->padHeight,
    (s->outWidth - 1) * s->strideWidth + s->kernelWidth - s->width - s->padWidth};
  const dnnl_alg_kind_t direct = dnnl_convolution_direct;
  Layout bias = entry->hasBias ? l[BIAS] : NULL;
  dnnl_primitive_desc_t hint = NULL;
  if (entry->direction != FORWARD) {
    TRY(dnnl_convolution_forward_primitive_desc_create(
      &hint, theEngine(), dnnl_forward_training, direct, l[INPUT], l[WEIGHTS], NULL, l[OUTPUT],
      strides, none, before, after, NULL));
  }
  dnnl_status_t status = dnnl_invalid_arguments;
  switch (entry->direction) {
    case FORWARD:
      status = dnnl_convolution_forward_primitive_desc_create(
        description, theEngine(), dnnl_forward_training, direct, l[INPUT], l[WEIGHTS], bias,
        l[OUTPUT], strides, none, before, after, attributes);
      break;
    case BACKWARD_INPUT:
      status = dnnl_convolution_backward_data_primitive_desc_create(
        description, theEngine(), direct, l[INPUT], l[WEIGHTS], l[OUTPUT], strides, none, before,
        after, hint, attributes);
      break;
    case BACKWARD_WEIGHTS:
      status = dnnl_convolution_backward_weights_primitive_desc_create(
        description, theEngine(), direct, l[INPUT], l[WEIGHTS], bias, l[OUTPUT], strides, none,
        before, after, hint, attributes);
      break;
  }
  if (hint) dnnl_primitive_desc_destroy(hint);
  return status;
}

#else

static dnnl_status_t describe(
  const Entry *entry, Layout l[OPERANDS], const_dnnl_primitive_attr_t attributes,
  dnnl_primitive_desc_t *description) {
  const EspalierConvolution *s = &entry->sizes;
  const dnnl_dims_t strides = {s->strideHeight, s->strideWidth};
  const dnnl_dims_t before = {s->padHeight, s->padWidth};
  const dnnl_dims_t after = {
    (s->outHeight - 1) * s->strideHeight + s->kernelHeight - s->height - s->padHeight,
    (s->outWidth - 1) * s->strideWidth + s->kernelWidth - s->width - s->padWidth};
  const dnnl_alg_kind_t direct = dnnl_convolution_direct;
  dnnl_convolution_desc_t forward, operation;
  TRY(dnnl_convolution_forward_desc_init(
    &forward, dnnl_forward_training, direct, &l[INPUT], &l[WEIGHTS],
    entry->direction == FORWARD && entry->hasBias ? &l[BIAS] : NULL, &l[OUTPUT], strides, before,
    after));
  dnnl_primitive_desc_t hint = NULL;
  switch (entry->direction) {
    case FORWARD:
      return dnnl_primitive_desc_create(description, &forward, attributes, theEngine(), NULL);
    case BACKWARD_INPUT:
      TRY(dnnl_convolution_backward_data_desc_init(
        &operation, direct, &l[INPUT], &l[WEIGHTS], &l[OUTPUT], strides, before, after));
      break;
    case BACKWARD_WEIGHTS:
      TRY(dnnl_convolution_backward_weights_desc_init(
        &operation, direct, &l[INPUT], &l[WEIGHTS], entry->hasBias ? &l[BIAS] : NULL, &l[OUTPUT],
        strides, before, after));
      break;
  }
  TRY(dnnl_primitive_desc_create(&hint, &forward, NULL, theEngine(), NULL));
  dnnl_status_t status =
    dnnl_primitive_desc_create(description, &operation, attributes, theEngine(), hint);
  dnnl_primitive_desc_destroy(hint);
  return status;
}

#endif

static dnnl_status_t makeReorder(Operand *operand, LayoutRef from, LayoutRef to) {
  dnnl_primitive_desc_t description;
  TRY(dnnl_reorder_primitive_desc_create(
    &description, from, theEngine(), to, theEngine(), NULL));
  dnnl_status_t status = dnnl_primitive_create(&operand->reorder, description);
  dnnl_primitive_desc_destroy(description);
  return status;
}

static dnnl_status_t connect(Operand *operand, Layout plain, LayoutRef inner) {
  TRY(dnnl_memory_create(&operand->plain, LAYOUT_REF(plain), theEngine(), DNNL_MEMORY_NONE));
  if (sameLayout(LAYOUT_REF(plain), inner)) {
    operand->inner = operand->plain;
    return dnnl_success;
  }
  operand->innerBytes = dnnl_memory_desc_get_size(inner);
  TRY(dnnl_memory_create(&operand->inner, inner, theEngine(), DNNL_MEMORY_NONE));
  return operand->isResult ? makeReorder(operand, inner, LAYOUT_REF(plain))
                           : makeReorder(operand, LAYOUT_REF(plain), inner);
}

static dnnl_status_t build(Entry *entry) {
  Layout plain[OPERANDS] = {0}, any[OPERANDS] = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t description = NULL;
  dnnl_status_t status = makeLayouts(&entry->sizes, false, plain);
  if (status == dnnl_success) status = makeLayouts(&entry->sizes, true, any);
  if (status == dnnl_success) status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success) {
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  }
  if (status == dnnl_success) status = describe(entry, any, attributes, &description);
  if (status == dnnl_success) status = dnnl_primitive_create(&entry->primitive, description);
  for (int i = 0; i < OPERANDS && status == dnnl_success; i++) {
    Operand *operand = &entry->operands[i];
    operand->argument = i == BIAS && !entry->hasBias ? 0 : arguments[entry->direction][i];
    operand->isResult = isResult(entry->direction, i);
    if (operand->argument == 0) continue;
    LayoutRef inner =
      dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, operand->argument);
    status = connect(operand, plain[i], inner);
  }
  if (status == dnnl_success) {
    LayoutRef pad = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
    entry->scratchpadBytes = pad ? dnnl_memory_desc_get_size(pad) : 0;
    if (entry->scratchpadBytes > 0) {
      status = dnnl_memory_create(&entry->scratchpad, pad, theEngine(), DNNL_MEMORY_NONE);
    }
  }
  if (description) dnnl_primitive_desc_destroy(description);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  for (int i = 0; i < OPERANDS; i++) { freeLayout(&plain[i]); freeLayout(&any[i]); }
  return status;
}

static void destroy(Entry *entry) {
  for (int i = 0; i < OPERANDS; i++) {
    Operand *operand = &entry->operands[i];
    if (operand->reorder) dnnl_primitive_destroy(operand->reorder);
    if (operand->inner && operand->inner != operand->plain) dnnl_memory_destroy(operand->inner);
    if (operand->plain) dnnl_memory_destroy(operand->plain);
  }
  if (entry->scratchpad) dnnl_memory_destroy(entry->scratchpad);
  if (entry->primitive) dnnl_primitive_destroy(entry->primitive);
  free(entry);
}

static dnnl_status_t find(
  const EspalierConvolution *sizes, Direction direction, bool hasBias, Entry **found) {
  int threads = espalier_kernels_threads(), oldest = 0;
  for (int i = 0; i < ENTRIES; i++) {
    Entry *entry = entries[i];
    if (!entry) { oldest = i; break; }
    if (entry->direction == direction && entry->hasBias == hasBias && entry->threads == threads
        && memcmp(&entry->sizes, sizes, sizeof *sizes) == 0) {
      entry->lastUse = ++uses;
      *found = entry;
      return dnnl_success;
    }
    if (entry->lastUse < entries[oldest]->lastUse) oldest = i;
  }
  Entry *entry = calloc(1, sizeof *entry);
  if (!entry) return dnnl_out_of_memory;
  *entry = (Entry){.sizes = *sizes, .direction = direction, .hasBias = hasBias, .threads = threads,
                   .lastUse = ++uses};
  dnnl_status_t status = build(entry);
  if (status != dnnl_success) { destroy(entry); return status; }
  if (entries[oldest]) destroy(entries[oldest]);
  entries[oldest] = entry;
  *found = entry;
  return dnnl_success;
}

static dnnl_status_t reorder(const Operand *operand) {
  const dnnl_exec_arg_t order[2] = {
    {DNNL_ARG_FROM, operand->isResult ? operand->inner : operand->plain},
    {DNNL_ARG_TO, operand->isResult ? operand->plain : operand->inner}};
  return dnnl_primitive_execute(operand->reorder, theStream(), 2, order);
}

static dnnl_status_t execute(Entry *entry, float *const tensors[OPERANDS]) {
  dnnl_exec_arg_t list[OPERANDS + 1];
  int count = 0;
  for (int i = 0; i < OPERANDS; i++) {
    Operand *operand = &entry->operands[i];
    if (operand->argument == 0) continue;
    TRY(dnnl_memory_set_data_handle(operand->plain, tensors[i]));
    if (operand->reorder) {
      void *base = scratch(i, operand->innerBytes);
      if (!base) return dnnl_out_of_memory;
      TRY(dnnl_memory_set_data_handle(operand->inner, base));
      if (!operand->isResult) TRY(reorder(operand));
    }
    list[count++] = (dnnl_exec_arg_t){operand->argument, operand->inner};
  }
  if (entry->scratchpad) {
    void *base = scratch(SCRATCHPAD, entry->scratchpadBytes);
    if (!base) return dnnl_out_of_memory;
    TRY(dnnl_memory_set_data_handle(entry->scratchpad, base));
    list[count++] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, entry->scratchpad};
  }
  TRY(dnnl_primitive_execute(entry->primitive, theStream(), count, list));
  for (int i = 0; i < OPERANDS; i++) {
    const Operand *operand = &entry->operands[i];
    if (operand->argument != 0 && operand->isResult && operand->reorder) TRY(reorder(operand));
  }
  return dnnl_stream_wait(theStream());
}

static int run(
  const EspalierConvolution *sizes, Direction direction, const float *input, const float *weights,
  const float *bias, const float *output) {
  // Which of the four are written is the direction's business; oneDNN takes them all alike.
  float *const tensors[OPERANDS] = {
    (float *)input, (float *)weights, (float *)bias, (float *)output};
  Entry *entry = NULL;
  dnnl_status_t status = enter();
  if (status == dnnl_success) status = find(sizes, direction, bias != NULL, &entry);
  if (status == dnnl_success) status = execute(entry, tensors);
  leave();
  return (int)status;
}

int espalier_convolution_forward(
  const EspalierConvolution *sizes, const float *input, const float *weights, const float *bias,
  float *output) {
  return run(sizes, FORWARD, input, weights, bias, output);
}

int espalier_convolution_backward_input(
  const EspalierConvolution *sizes, float *inputGradient, const float *weights,
  const float *outputGradient) {
  return run(sizes, BACKWARD_INPUT, inputGradient, weights, NULL, outputGradient);
}

int espalier_convolution_backward_weights(
  const EspalierConvolution *sizes, const float *input, float *weightGradient, float *biasGradient,
  const float *outputGradient) {
  return run(sizes, BACKWARD_WEIGHTS, input, weightGradient, biasGradient, outputGradient);
}
