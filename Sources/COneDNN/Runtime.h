// What all kernels here share: the engine, the stream, the lock, the threads and the scratch memory.
#ifndef ESPALIER_ONEDNN_RUNTIME_H
#define ESPALIER_ONEDNN_RUNTIME_H

#include "Version.h"

#define TRY(call)                              \
  do {                                         \
    dnnl_status_t status_ = (call);            \
    if (status_ != dnnl_success) return status_; \
  } while (0)

/// Takes the lock and tells OpenMP, whose thread count belongs to the calling thread, how many
/// threads to use. Every kernel begins with this and ends with `leave`.
dnnl_status_t enter(void);
void leave(void);

/// Only between `enter` and `leave`.
dnnl_engine_t theEngine(void);
dnnl_stream_t theStream(void);

/// Memory that keeps its contents until the next kernel; slots 0 to 4 do not overlap.
/// NULL when there is none left.
void *scratch(int slot, size_t bytes);

#endif
