#include <lz4.h>

#if LZ4_VERSION_NUMBER < 10904
#error "Conclave needs LZ4 1.9.4 or later: older ones can write outside their buffers."
#endif
