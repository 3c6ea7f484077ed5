// The differences between oneDNN 2.6 and 3.x that we meet, and nothing else.
//
// In 2.x a memory descriptor is a struct and an operation has a descriptor of its own; in 3.x both
// are handles, and a primitive descriptor is created at once. `Layout` is a descriptor we own.
#ifndef ESPALIER_ONEDNN_VERSION_H
#define ESPALIER_ONEDNN_VERSION_H

#include <oneapi/dnnl/dnnl.h>
#include <stdbool.h>
#include <stddef.h>

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t Layout;
typedef const_dnnl_memory_desc_t LayoutRef;
#define LAYOUT_REF(layout) (layout)
static inline dnnl_status_t makeLayout(
  Layout *layout, int rank, const dnnl_dims_t lengths, dnnl_format_tag_t tag) {
  return dnnl_memory_desc_create_with_tag(layout, rank, lengths, dnnl_f32, tag);
}
static inline dnnl_status_t copyLayout(Layout *copy, LayoutRef layout) {
  return dnnl_memory_desc_clone(copy, layout);
}
static inline void freeLayout(Layout *layout) {
  if (*layout) dnnl_memory_desc_destroy(*layout);
  *layout = NULL;
}
#else
typedef dnnl_memory_desc_t Layout;
typedef const dnnl_memory_desc_t *LayoutRef;
#define LAYOUT_REF(layout) (&(layout))
static inline dnnl_status_t makeLayout(
  Layout *layout, int rank, const dnnl_dims_t lengths, dnnl_format_tag_t tag) {
  return dnnl_memory_desc_init_by_tag(layout, rank, lengths, dnnl_f32, tag);
}
static inline dnnl_status_t copyLayout(Layout *copy, LayoutRef layout) {
  *copy = *layout;
  return dnnl_success;
}
static inline void freeLayout(Layout *layout) { (void)layout; }
#endif

static inline bool sameLayout(LayoutRef a, LayoutRef b) {
  return dnnl_memory_desc_equal(a, b) != 0;
}

#endif
