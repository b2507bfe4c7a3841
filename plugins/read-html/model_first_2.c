#include "model.h"
const struct model_node model_first_2[] = {{MODEL_END,0,0}};
