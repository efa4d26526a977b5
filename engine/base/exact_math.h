#pragma once

namespace monochord {

/// Elementary functions in f64 with the same bits on every machine: only +, -, ×, ÷, fma and sqrt, no C library, no
/// table that depends on a rounding mode. Within 1 ulp of the true value (2 is what the engine relies on).
double exactExp(double x);            ///< any x; 0 below -745.2, infinity above 709.8
double exactLog(double x);            ///< x > 0 (0: -infinity, negative: NaN)
double exactPow(double x, double y);  ///< x >= 0 (negative: NaN), as C's pow for 0 and infinity
double exactSin(double x);            ///< |x| <= 2^30 (positions times frequencies); NaN outside
double exactCos(double x);            ///< as exactSin

}  // namespace monochord
