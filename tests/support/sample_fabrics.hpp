#pragma once

#include "scenarios/fabric/graph.hpp"

namespace tessera::test {

/// 8 GPUs of 400G on 2 leaves, 2 spines, both leaves to both spines by 2 cables of 400G; losses from 1e-3 to 1e-12.
FabricGraph leaf_spine();

/// 16 GPUs, 2 pods of 2 first-level and 2 second-level switches, 2 switches on top; 400G everywhere, 2:1 at the first
/// level.
FabricGraph three_level_tree();

/// 4 x 4 torus: GPUs only, two rings.
FabricGraph torus();

/// 8 GPUs, 2 scale-up switches, 2 parallel cables of 1.6T from each GPU to each.
FabricGraph scale_up_rack();

/// GPUs 0 and 1 joined by one cable of 400G with this loss.
FabricGraph one_link(double log10_frame_loss);

/// A chain GPU - switch - switch - GPU whose cables have these losses.
FabricGraph chain(const std::vector<double>& log10_frame_losses);

}  // namespace tessera::test
