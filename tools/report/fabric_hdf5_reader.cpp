#include <algorithm>
#include <cmath>

#include "phy/core/error.hpp"
#include "phy/io/file_seal.hpp"
#include "phy/io/hdf5_file.hpp"
#include "phy/io/text_file.hpp"
#include "tools/report/fabric_hdf5.hpp"

namespace tessera::report {
namespace {

// One number of a stored link, in the unit that it was written in.
double number_at(const Hdf5Reader& file, const std::string& path) {
  const Hdf5Reader::Array array = file.dataset(path);
  if (array.values.size() != 1 || !std::isfinite(array.values.front()))
    throw ConfigError(path + " must be one finite number");
  return array.values.front();
}

Log10Probability probability_of(double log10, const std::string& path) {
  if (!std::isfinite(log10) || log10 > 0.0) throw ConfigError(path + " must be the logarithm of a probability");
  return Log10Probability::from_log10(log10);
}

std::map<int, Log10Probability> read_frame_loss(const Hdf5Reader& file, const std::string& group) {
  const std::vector<double> bytes = file.dataset(group + "/frame_bytes").values,
                            loss = file.dataset(group + "/log10_frame_loss_ratio").values;
  std::map<int, Log10Probability> out;
  for (std::size_t i = 0; i < std::min(bytes.size(), loss.size()); ++i) {
    if (!(bytes[i] >= 1.0 && bytes[i] <= 1e9)) throw ConfigError(group + "/frame_bytes must be in [1, 1e9]");
    out[static_cast<int>(bytes[i])] = probability_of(loss[i], group + "/log10_frame_loss_ratio");
  }
  if (!out.contains(kDeliveredFrame) || bytes.size() != loss.size())
    throw ConfigError(group + " must hold one loss for each frame size, " + std::to_string(kDeliveredFrame) +
                      " bytes among them");
  return out;
}

std::vector<ValidityNote> read_notes(const Hdf5Reader& file, const std::string& group) {
  if (!file.contains(group)) return {};
  const auto stage = file.texts(group + "/stage"), quantity = file.texts(group + "/quantity"),
             range = file.texts(group + "/range"), unit = file.texts(group + "/unit");
  const std::vector<double> value = file.dataset(group + "/value").values;
  if (quantity.size() != stage.size() || range.size() != stage.size() || unit.size() != stage.size() ||
      value.size() != stage.size())
    throw ConfigError(group + ": its columns differ in length");
  std::vector<ValidityNote> notes;
  for (std::size_t i = 0; i < stage.size(); ++i) notes.push_back({stage[i], quantity[i], value[i], unit[i], range[i]});
  return notes;
}

TierShare read_share(const Hdf5Reader& file, const std::string& group) {
  const auto get = [&](const char* name) { return number_at(file, group + "/" + name); };
  TierShare share;
  LinkReport& link = share.link;
  link.name = file.text_attribute(group, "name");
  link.technology = file.text_attribute(group, "technology");
  link.engine = file.text_attribute(group, "engine");
  share.fec = {file.text_attribute(group, "fec"), static_cast<int>(file.number_attribute(group, "interleave"))};
  link.verdict.closes = file.number_attribute(group, "closes") != 0.0;
  share.share = get("share");
  if (file.contains(group + "/length")) link.length_m = get("length");
  link.payload_rate_bps = get("payload_rate");
  link.latency.total = get("latency");
  link.energy.module_and_host.watts = get("power");
  link.energy.module.watts = get("module_power");
  link.energy.module_and_host.joules_per_bit = get("energy");
  link.reliability.fit = get("fit");
  link.verdict.margin_q = get("margin_q");
  link.verdict.pre_fec_ber = probability_of(get("log10_pre_fec_ber"), group + "/log10_pre_fec_ber");
  link.verdict.frame_loss_ratio = read_frame_loss(file, group);
  link.notes = read_notes(file, group + "/notes");
  if (!(share.share > 0.0) || share.fec.interleave < 1 || link.latency.total < 0.0 || link.reliability.fit < 0.0 ||
      link.energy.module_and_host.watts < 0.0)
    throw ConfigError(group + " holds a number outside its domain");
  return share;
}

std::vector<TierShare> read_shares(const Hdf5Reader& file, const std::string& owner) {
  std::vector<TierShare> shares;
  for (std::size_t i = 0; file.contains(owner + "/evaluated/" + std::to_string(i)); ++i)
    shares.push_back(read_share(file, owner + "/evaluated/" + std::to_string(i)));
  if (shares.empty()) throw ConfigError(owner + " holds no evaluated link");
  return shares;
}

void read_provenance(const Hdf5Reader& file, FabricResult& result) {
  const auto parameter = file.texts("/provenance/parameter"), value = file.texts("/provenance/value"),
             source = file.texts("/provenance/source"), status = file.texts("/provenance/status");
  if (value.size() != parameter.size() || source.size() != parameter.size() || status.size() != parameter.size())
    throw ConfigError("/provenance: its columns differ in length");
  const double own = file.number_attribute("/provenance", "fabric_rows");
  for (std::size_t i = 0; i < parameter.size(); ++i)
    (static_cast<double>(i) < own ? result.provenance : result.link_provenance)
        .push_back({parameter[i], value[i], source[i], status[i]});
}

FabricResult read_result(const Hdf5Reader& file, SealState seal, const std::string& name,
                         const std::vector<std::string>& sets) {
  if (!file.contains("/fabric"))
    throw ConfigError(file.contains("/links") ? "a result of `tessera run` holds links and no fabric"
                                              : "it holds no fabric of `tessera fabric --out`");
  if (file.format_version() != kFabricFormat)
    throw ConfigError("format " + std::to_string(file.format_version()) + ", this program reads format " +
                      std::to_string(kFabricFormat) + "; run `tessera fabric` on the fabric file again");
  if (seal == SealState::missing) throw ConfigError("its end is missing; the file is cut off or was changed");
  FabricResult result;
  result.text = file.text("/scenario/fabric");
  if (file.contains("/scenario/links"))
    for (const std::string& link : file.names("/scenario/links"))
      result.link_texts.emplace_back(link, file.text("/scenario/links/" + link));
  read_provenance(file, result);
  result = restored_result(std::move(result), name, sets);
  for (const FabricTier& tier : result.fabric.tiers)
    result.links.tiers.push_back(read_shares(file, "/fabric/tiers/" + tier.name));
  for (const TierAlternative& alternative : result.fabric.alternatives)
    result.links.alternatives.push_back(read_shares(file, "/fabric/alternatives/" + alternative.name));
  return result;
}

}  // namespace

FabricResult read_fabric_hdf5(const std::filesystem::path& path, const std::vector<std::string>& sets) {
  const SealState seal = check_seal(read_text_file(path));
  // HDF5 trusts the inside of a file; what is damaged does not get there.
  if (seal == SealState::broken)
    throw ConfigError("cannot read " + path.string() + ": its check sum is wrong, the file is damaged");
  try {
    return read_result(Hdf5Reader(path), seal, path.string(), sets);
  } catch (const IoError& error) {
    throw ConfigError(error.what());  // the file is there: what is wrong is what it holds
  } catch (const ConfigError& error) {
    const std::string message = error.what();
    throw ConfigError(message.find(path.string()) != std::string::npos || message.starts_with("--set")
                          ? message
                          : path.string() + ": " + message);
  }
}

}  // namespace tessera::report
