#include "model.h"
const struct model_node model_second_2[] = {{MODEL_END,0,0}};
