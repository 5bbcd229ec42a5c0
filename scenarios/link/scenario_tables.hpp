#pragma once

#include <string>
#include <vector>

#include "phy/core/parameter.hpp"

/// The tables of a link file, listed once like the parameters of a model: reading, range checks, defaults and the
/// resolved file follow.
namespace tessera::scenario_tables {

struct LinkTable {
  static constexpr std::string_view kType = "[link]";
  struct Params {
    std::string name, technology, description;
    BitRate payload_rate;
    double frame_loss_limit = 6.2e-11;
    Temperature case_temperature = Temperature::from_si(313.15);
    std::string corner = "typical";
    Temperature hot_case_temperature = Temperature::from_si(343.15),
                cold_case_temperature = Temperature::from_si(273.15);
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"name", "", 0, 0, "name in reports"}, p.name);
    v({"technology", "", 0, 0, "kind of link in reports"}, p.technology);
    v({"description", "", 0, 0, "one sentence"}, p.description);
    v({"payload_rate", "Gbit/s", 1e-6, 1e6, "rate at the MAC, one direction"}, p.payload_rate);
    v({"frame_loss_limit", "1", 1e-300, 0.5, "largest frame loss ratio of 64-byte frames behind the FEC"},
      p.frame_loss_limit);
    v({"case_temperature", "degC", -60.0, 150.0, "case temperature of every part"}, p.case_temperature);
    v({"corner", "", 0, 0, "typical | hot | cold | worst"}, p.corner);
    v({"hot_case_temperature", "degC", -60.0, 150.0, "case temperature at the corner hot"}, p.hot_case_temperature);
    v({"cold_case_temperature", "degC", -60.0, 150.0, "case temperature at the corner cold"}, p.cold_case_temperature);
  }
};

struct FecTable {
  static constexpr std::string_view kType = "fec";
  struct Params {
    std::string code = "kp4";
    int interleave = 1;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"code", "", 0, 0, "none | kr4 | kp4"}, p.code);
    v({"interleave", "1", 1, 64, "codewords interleaved"}, p.interleave);
  }
};

struct ReachTable {
  static constexpr std::string_view kType = "reach";
  struct Params {
    std::string stage;
    Length limit, standard;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"stage", "", 0, 0, "stage whose length is varied"}, p.stage);
    v({"limit", "m", 1e-6, 1e7, "largest length that is searched"}, p.limit);
    v({"standard", "m", 0.0, 1e7, "length that a standard allows; 0 for none"}, p.standard);
  }
};

struct DensityTable {
  static constexpr std::string_view kType = "[density]";
  struct Params {
    Length width = Length::from_si(1e-3);
    Area area = Area::from_si(1e-6);
    Length cable_diameter = Length::from_si(1e-3);
    int fibres = 1, pairs = 1;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"width", "mm", 1e-3, 1e4, "of the edge that one end occupies"}, p.width);
    v({"area", "mm^2", 1e-6, 1e8, "that one end occupies"}, p.area);
    v({"cable_diameter", "mm", 1e-2, 1e3, "outer, both directions in it"}, p.cable_diameter);
    v({"fibres", "1", 1, 1e6, "fibres or strands of the cable, both directions"}, p.fibres);
    v({"pairs", "1", 1, 1e6, "copper pairs of the cable, both directions"}, p.pairs);
  }
};

struct SegmentTable {
  static constexpr std::string_view kType = "[[segment]]";
  struct Params {
    std::string name, modulation;
    SymbolRate symbol_rate;
    int lanes = 1, spare_lanes = 0;
    Length wavelength;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"name", "", 0, 0, "name of the segment"}, p.name);
    v({"modulation", "", 0, 0, "pam2 (nrz) | pam4 | pam6 | …"}, p.modulation);
    v({"symbol_rate", "GBd", 1e-6, 1e4, "of one lane"}, p.symbol_rate);
    v({"lanes", "1", 1, 1e6, "lanes that carry data"}, p.lanes);
    v({"spare_lanes", "1", 0, 1e6, "lanes that can take over"}, p.spare_lanes);
    v({"wavelength", "nm", 0.0, 1e5, "where no laser says it; 0 for none"}, p.wavelength);
  }
};

struct LaunchTable {
  static constexpr std::string_view kType = "launch";
  struct Params {
    std::string stage;
    Dbm average_power;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"stage", "", 0, 0, "stage at whose output the power holds"}, p.stage);
    v({"average_power", "dBm", -60.0, 40.0, "average optical power there"}, p.average_power);
  }
};

struct ArrayTable {
  static constexpr std::string_view kType = "array";
  struct Params {
    std::string geometry = "hexagonal", injection;
    Decibel neighbour_gain;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"geometry", "", 0, 0, "hexagonal"}, p.geometry);
    v({"injection", "", 0, 0, "stage at whose output neighbours are added"}, p.injection);
    v({"neighbour_gain", "dB", -200.0, 0.0, "power ratio of one neighbour"}, p.neighbour_gain);
  }
};

struct CouplingTable {
  static constexpr std::string_view kType = "[[segment.coupling]]";
  struct Params {
    std::string name, direction = "far", shape = "flat", injection, file, port_order;
    bool with_through_loss = false, synchronous = false;
    int aggressors = 1;
    Decibel gain;
    std::vector<double> gains;
    Frequency reference_frequency;
    Decibel slope{20.0};
    Voltage swing;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"name", "", 0, 0, "name of the coupling"}, p.name);
    v({"direction", "", 0, 0, "far | near"}, p.direction);
    v({"shape", "", 0, 0, "flat | power_law | touchstone"}, p.shape);
    v({"injection", "", 0, 0, "stage at whose output the unwanted signal enters"}, p.injection);
    v({"with_through_loss", "", 0, 0, "multiplied by the victim's own network run"}, p.with_through_loss);
    v({"synchronous", "", 0, 0, "same clock and phase as the victim"}, p.synchronous);
    v({"gain", "dB", -300.0, 0.0, "of each aggressor: amplitude on electrical ports, power on optical ones"}, p.gain);
    v({"gains", "dB", -300.0, 0.0, "one gain for each aggressor"}, p.gains);
    v({"aggressors", "1", 1, 1e5, "aggressors alike"}, p.aggressors);
    v({"reference_frequency", "GHz", 0.0, 1e4, "where the gain holds (power_law)"}, p.reference_frequency);
    v({"slope", "dB", -100.0, 100.0, "per decade (power_law)"}, p.slope);
    v({"swing", "V", 0.0, 10.0, "the aggressor's own peak level at its transmitter; 0 for the victim's"}, p.swing);
    v({"file", "", 0, 0, "Touchstone file of the coupling (touchstone)"}, p.file);
    v({"port_order", "", 0, 0, "order of the file's ports; empty: detected"}, p.port_order);
  }
};

}  // namespace tessera::scenario_tables
